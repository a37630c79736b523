/// The C libraries that read tables.
public enum TableLibraries {
  /// Their names and versions.
  public static var versions: [(name: String, version: String)] {
    [("libxml2", XMLEventParser.version), ("CFITSIO", CFITSIOFile.version), ("zlib", Inflater.version)]
  }
}
