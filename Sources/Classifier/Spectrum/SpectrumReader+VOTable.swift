extension SpectrumReader {
  static func readVOTable(_ bytes: [UInt8], _ options: Options) throws(SpectrumError) -> Spectrum {
    throw SpectrumError(.unknownFormat, "is a VOTable")
  }
}
