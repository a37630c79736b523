extension Table {
  /// The index of a column looked for by utype, then UCD, then name or ID.
  ///
  /// Utypes are compared without regard to case, to a prefix such as `ssa:` and to a leading `Spectrum.`; UCDs
  /// without regard to case, an exact match before one that only begins alike (`pos.eq.ra` finds
  /// `pos.eq.ra;meta.main`, and that before any other); names exactly, then as IDs, then without regard to case.
  ///
  /// - Complexity: O(columns)
  public func columnIndex(utype: String? = nil, ucd: String? = nil, name: String? = nil) -> Int? {
    FieldQuery(utype: utype, ucd: ucd, name: name).index(columns.count) { columns[$0].field }
  }

  /// The parameter looked for by utype, then UCD, then name or ID; see ``columnIndex(utype:ucd:name:)``.
  public func parameter(utype: String? = nil, ucd: String? = nil, name: String? = nil) -> Parameter? {
    FieldQuery(utype: utype, ucd: ucd, name: name).index(parameters.count) { parameters[$0].field }
      .map { parameters[$0] }
  }

  /// The parameter of a name: exactly, else its ID, else without regard to case.
  public func parameter(_ name: String) -> Parameter? { parameter(name: name) }

  /// A column or, if there is none, a parameter in its place, looked for by utype, then UCD, then name.
  ///
  /// A column found by utype comes before a parameter found by utype, that before a column found by UCD, and so on.
  public func finder(utype: String? = nil, ucd: String? = nil, name: String? = nil) -> CellFinder {
    for (utype, ucd, name) in [(utype, nil, nil), (nil, ucd, nil), (nil, nil, name)] {
      if let index = columnIndex(utype: utype, ucd: ucd, name: name) {
        return CellFinder(column: columns[index], isConstant: false)
      }
      if let parameter = parameter(utype: utype, ucd: ucd, name: name) {
        return CellFinder(column: parameter.constant, isConstant: true)
      }
    }
    return CellFinder(column: nil, isConstant: false)
  }
}

/// A field looked for by utype, UCD and name.
struct FieldQuery {
  var utype: String?
  var ucd: String?
  var name: String?

  func index(_ count: Int, _ field: (Int) -> Field) -> Int? {
    if let utype, !utype.isEmpty {
      let wanted = Self.canonical(utype: utype)
      if let index = (0..<count).first(where: { field($0).utype.map(Self.canonical(utype:)) == wanted }) {
        return index
      }
    }
    if let ucd, !ucd.isEmpty {
      let wanted = ucd.lowercased()
      let all = (0..<count).map { field($0).ucd?.lowercased() ?? "" }
      if let index = all.firstIndex(of: wanted) { return index }
      if let index = all.firstIndex(of: wanted + ";meta.main") { return index }
      if let index = all.firstIndex(where: { $0.hasPrefix(wanted + ";") }) { return index }
    }
    if let name, !name.isEmpty {
      if let index = (0..<count).first(where: { field($0).name == name }) { return index }
      if let index = (0..<count).first(where: { field($0).id == name }) { return index }
      let wanted = name.lowercased()
      if let index = (0..<count).first(where: { field($0).name.lowercased() == wanted }) { return index }
    }
    return nil
  }

  /// A utype in small letters, without prefix and leading `Spectrum.`.
  static func canonical(utype: String) -> String {
    var text = utype.lowercased().filter { !$0.isWhitespace }[...]
    if let colon = text.lastIndex(of: ":") { text = text[text.index(after: colon)...] }
    if text.hasPrefix("spectrum.") { text = text.dropFirst("spectrum.".count) }
    return String(text)
  }
}
