extension ServiceEntry {
  /// The archive of this name, in a survey or without one.
  ///
  /// - Parameters:
  ///   - argument: a name; or `NAME=URL`, or a URL, of a service.
  ///   - survey: the survey whose own archives are known, too; nil outside of one.
  /// - Throws: `SUR-04` for an unknown name.
  public static func find(_ argument: String, in survey: SurveyFolder?) throws(SurveyError) -> ServiceEntry {
    if let survey { return try survey.service(argument) }
    if let entry = try ServiceCatalog.builtIn()[argument] { return entry }
    if let entry = try ServiceEntry(asTyped: argument) { return entry }
    throw SurveyError(
      .unknownName, "no service is called \"\(argument)\"",
      hint: "`votrawl service list` prints those that are known; NAME=URL gives any other")
  }

  /// An archive from `NAME=URL` or a URL, as a user types it; nil for anything else.
  ///
  /// - Throws: `SUR-02` where a password stands in the address: it would be kept in the survey, which is shared.
  init?(asTyped argument: String) throws(SurveyError) {
    self.init(address: argument)
    let host = ssap.split(separator: "/").dropFirst().first ?? ""
    if host.contains("@") {
      throw SurveyError(
        .configuration, "a user name and password in the address of \(name) would be kept in the survey",
        hint: "put them into ~/.netrc, or ~/.config/votrawl/credentials.toml (chmod 600)")
    }
  }

  /// An archive from `NAME=URL` or a URL; nil for anything else.
  init?(address: String) {
    if let equals = address.firstIndex(of: "="), address[address.index(after: equals)...].hasPrefix("http"),
      !address[..<equals].contains("/")
    {
      self.init(name: String(address[..<equals]), ssap: String(address[address.index(after: equals)...]))
    } else if address.hasPrefix("http://") || address.hasPrefix("https://") {
      self.init(name: Self.name(fromURL: address), ssap: address)
    } else {
      return nil
    }
  }

  private static func name(fromURL url: String) -> String {
    let dull: Set = ["q", "ssa", "ssap", "ssap.xml", "voservice", "tap", "http:", "https:", ""]
    let parts = url.prefix { $0 != "?" }.split(separator: "/").map(String.init).filter { !dull.contains($0) }
    return (parts.count > 1 ? parts.dropFirst().joined(separator: "-") : parts.first ?? "service")
      .filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == "." }
  }
}

extension SurveyFolder {
  /// The survey at or above a folder, read only; nil where there is none.
  ///
  /// - Throws: ``SurveyError`` for a survey that cannot be opened.
  public static func ifAny(at path: String = ".") throws(SurveyError) -> SurveyFolder? {
    do throws(SurveyError) {
      return try SurveyFolder(at: path, forWriting: false)
    } catch {
      if error.code == .folder { return nil }
      throw error
    }
  }
}
