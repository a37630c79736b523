/// What astropy 8.0.2 reads in documents of foreign suites: rows, columns, null cells, and a CRC-32 over all cells.
///
/// Cells are taken column by column: a null (also empty text, and an array of nulls only) as a zero byte; else the
/// elements with blanks between and a line feed behind: text as UTF-8, integers, bits and truth values in decimal,
/// real numbers as the 16 hexadecimal digits of their 64-bit pattern, null elements as `-`.
enum SuiteReference {
  struct Entry: Sendable {
    let file: String
    let rows: Int
    let columns: Int
    let nulls: Int
    let checksum: UInt32
  }

  static let entries: [Entry] = [
    Entry(
      file: "lamost-openapi-answers/sql_response_votable.xml",
      rows: 3, columns: 277, nulls: 676, checksum: 0x76219AA8),
    Entry(
      file: "ondrejov-ssap-answers/ssap3.xml",
      rows: 30, columns: 41, nulls: 180, checksum: 0x48D136DA),
    Entry(
      file: "ssap-crossmatch-result/matched-lamost-ondrejov.xml",
      rows: 3688, columns: 3, nulls: 0, checksum: 0xF23798C7),
    Entry(
      file: "suite-astropy-votable/binary2_masked_strings.xml",
      rows: 3, columns: 6, nulls: 6, checksum: 0x0BF6DB3C),
    Entry(
      file: "suite-astropy-votable/coosys.xml",
      rows: 1, columns: 4, nulls: 0, checksum: 0x3A5293E6),
    Entry(
      file: "suite-astropy-votable/irsa-nph-m31.xml",
      rows: 18, columns: 25, nulls: 81, checksum: 0x475F2CC8),
    Entry(
      file: "suite-astropy-votable/no_field_not_empty_table.xml",
      rows: 0, columns: 0, nulls: 0, checksum: 0x00000000),
    Entry(
      file: "suite-astropy-votable/nonstandard_units.xml",
      rows: 0, columns: 1, nulls: 0, checksum: 0x00000000),
    Entry(
      file: "suite-astropy-votable/regression.bin.tabledata.truth.1.1.xml",
      rows: 5, columns: 29, nulls: 47, checksum: 0x7A4E503A),
    Entry(
      file: "suite-astropy-votable/valid_votable.xml",
      rows: 3, columns: 6, nulls: 0, checksum: 0x9EAC096E),
    Entry(
      file: "suite-astropy-votable/vizier_b2_votable.xml",
      rows: 20, columns: 12, nulls: 20, checksum: 0x83E7AF3E),
    Entry(
      file: "suite-astroquery/1714556098855O-result.vot",
      rows: 1, columns: 152, nulls: 14, checksum: 0x4FFE2837),
    Entry(
      file: "suite-astroquery/1744351221317O-result.vot",
      rows: 2, columns: 4, nulls: 0, checksum: 0x438C7A93),
    Entry(
      file: "suite-astroquery/1744351221317O-result_plain.vot",
      rows: 2, columns: 4, nulls: 0, checksum: 0x438C7A93),
    Entry(
      file: "suite-astroquery/alma-datalink-recurse-this.xml",
      rows: 8, columns: 9, nulls: 20, checksum: 0xD90F5486),
    Entry(
      file: "suite-astroquery/alma-datalink.xml",
      rows: 9, columns: 9, nulls: 24, checksum: 0xD73FEB28),
    Entry(
      file: "suite-astroquery/alma-shapes.xml",
      rows: 5, columns: 5, nulls: 0, checksum: 0x9AAF982B),
    Entry(
      file: "suite-astroquery/box.xml",
      rows: 2, columns: 36, nulls: 12, checksum: 0x1C5702FD),
    Entry(
      file: "suite-astroquery/cone.xml",
      rows: 3, columns: 36, nulls: 18, checksum: 0x463C37D0),
    Entry(
      file: "suite-astroquery/datalink.xml",
      rows: 6, columns: 9, nulls: 16, checksum: 0xB6FB725A),
    Entry(
      file: "suite-astroquery/datalink_noaccess.xml",
      rows: 1, columns: 9, nulls: 6, checksum: 0xBBADD8D6),
    Entry(
      file: "suite-astroquery/find_kangapj70683.xml",
      rows: 0, columns: 32, nulls: 0, checksum: 0x00000000),
    Entry(
      file: "suite-astroquery/job_1.vot",
      rows: 3, columns: 4, nulls: 0, checksum: 0x639E8BA3),
    Entry(
      file: "suite-astroquery/kang2010.xml",
      rows: 50, columns: 22, nulls: 197, checksum: 0xDDBAB8C8),
    Entry(
      file: "suite-astroquery/result_1.vot.gz",
      rows: 1, columns: 2, nulls: 0, checksum: 0x0FD638C5),
    Entry(
      file: "suite-astroquery/result_1.xml",
      rows: 1, columns: 2, nulls: 0, checksum: 0x0FD638C5),
    Entry(
      file: "suite-astroquery/simbad_M1.vot",
      rows: 1, columns: 9, nulls: 0, checksum: 0xB59E2A21),
    Entry(
      file: "suite-astroquery/simbad_basic_columns.xml",
      rows: 67, columns: 6, nulls: 62, checksum: 0x3727752A),
    Entry(
      file: "suite-astroquery/simbad_output_options.xml",
      rows: 115, columns: 3, nulls: 0, checksum: 0xB0CC2A19),
    Entry(
      file: "suite-astroquery/svo_fps_Facility=Keck_Instrument=NIRC2.xml",
      rows: 11, columns: 31, nulls: 28, checksum: 0x9FF29C53),
    Entry(
      file: "suite-astroquery/svo_fps_ID=2MASS.2MASS.H.xml",
      rows: 58, columns: 2, nulls: 0, checksum: 0x1874A026),
    Entry(
      file: "suite-astroquery/svo_fps_PhotCalID=2MASS.2MASS.H.Vega.xml",
      rows: 0, columns: 0, nulls: 0, checksum: 0x00000000),
    Entry(
      file: "suite-astroquery/test_get_product_list.vot",
      rows: 4, columns: 16, nulls: 0, checksum: 0xA544BC91),
    Entry(
      file: "suite-astroquery/test_get_valid_le3_configuration.vot",
      rows: 130, columns: 3, nulls: 0, checksum: 0x4AF457D1),
    Entry(
      file: "suite-astroquery/test_job_results.xml",
      rows: 5, columns: 57, nulls: 85, checksum: 0x98062C34),
    Entry(
      file: "suite-astroquery/vao_conesearch_sites_121107_subset.xml",
      rows: 1, columns: 31, nulls: 7, checksum: 0xADA0AC0A),
    Entry(
      file: "suite-astroquery/viz.xml",
      rows: 5, columns: 2, nulls: 0, checksum: 0x99DD410B),
    Entry(
      file: "suite-astroquery/votable.xml",
      rows: 9, columns: 17, nulls: 0, checksum: 0x63F8610F),
    Entry(
      file: "suite-cds-votable-rust/SVO_FILTER_2MASS_H.xml",
      rows: 58, columns: 2, nulls: 0, checksum: 0x1F58F855),
    Entry(
      file: "suite-cds-votable-rust/TS_gaia_ESAC.xml",
      rows: 251, columns: 12, nulls: 0, checksum: 0x97A0A9EB),
    Entry(
      file: "suite-cds-votable-rust/gaia_luhman16_astropy.xml",
      rows: 100, columns: 13, nulls: 264, checksum: 0x2F4D746D),
    Entry(
      file: "suite-cds-votable-rust/obscore.vot",
      rows: 1259, columns: 38, nulls: 12866, checksum: 0xF4DC9E2B),
    Entry(
      file: "suite-cds-votable-rust/simbad_unicodechar.xml",
      rows: 298, columns: 3, nulls: 257, checksum: 0x210157F3),
    Entry(
      file: "suite-cds-votable-rust/test_rich_instance_ok_3.xml",
      rows: 4, columns: 2, nulls: 0, checksum: 0x50A03B79),
    Entry(
      file: "suite-cds-votable-rust/test_rich_instance_ok_TS1.xml",
      rows: 3, columns: 2, nulls: 0, checksum: 0xEF320DE5),
    Entry(
      file: "suite-pyvo/cutout2.xml",
      rows: 3, columns: 9, nulls: 8, checksum: 0xD63E50FA),
    Entry(
      file: "suite-pyvo/datalink-obscore.xml",
      rows: 3, columns: 34, nulls: 12, checksum: 0x214AE4CE),
    Entry(
      file: "suite-pyvo/datalink.xml",
      rows: 4, columns: 8, nulls: 13, checksum: 0x754AFA2A),
    Entry(
      file: "suite-pyvo/firstresource.xml",
      rows: 3, columns: 2, nulls: 0, checksum: 0x14F08374),
    Entry(
      file: "suite-pyvo/missingcolumns.xml",
      rows: 0, columns: 0, nulls: 0, checksum: 0x00000000),
    Entry(
      file: "suite-pyvo/obscore-image.xml",
      rows: 10, columns: 36, nulls: 150, checksum: 0x7A9BC256),
    Entry(
      file: "suite-pyvo/result.xml",
      rows: 36, columns: 33, nulls: 37, checksum: 0x2840AEF7),
    Entry(
      file: "suite-pyvo/tableinfo.xml",
      rows: 3, columns: 2, nulls: 0, checksum: 0x14F08374),
    Entry(
      file: "suite-pyvo/test.header_extraction.1.xml",
      rows: 5, columns: 59, nulls: 99, checksum: 0xB712D732),
    Entry(
      file: "suite-pyvo/test.instance_multiple.xml",
      rows: 2, columns: 3, nulls: 0, checksum: 0xF6BDEB2F),
    Entry(
      file: "suite-pyvo/test.mango_annoter.xml",
      rows: 5, columns: 59, nulls: 99, checksum: 0xB712D732),
  ]
}
