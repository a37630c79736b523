/// Makes fields, parameters and what stands in them from elements.
struct FieldFactory {
  let log: DiagnosticLog

  /// The field that a FIELD or PARAM element describes.
  func field(_ node: XMLNode) -> Field {
    log.line = node.line
    let name = node["name"] ?? node["ID"] ?? ""
    if node["name"] == nil { log.note(.missingAttribute, "\(node.name) without name", group: "name") }
    var field = Field(name: name)
    field.id = node["ID"]
    field.ucd = node["ucd"]
    field.utype = node["utype"]
    field.unit = node["unit"]
    field.xtype = node["xtype"]
    field.ref = node["ref"]
    field.precision = node["precision"]
    field.width = node["width"]
    field.type = node["type"]
    field.description = node.description
    field.links = node.all("LINK").map(link)
    field.values =
      node.all("VALUES").map(values).first { $0.type != "actual" } ?? node.first("VALUES").map(values)
    datatype(node, &field)
    return field
  }

  private func datatype(_ node: XMLNode, _ field: inout Field) {
    let written = node["arraysize"]
    if let written {
      if let size = ArraySize(written) {
        field.arraysize = size
      } else {
        log.note(.badArraysize, "`arraysize=\"\(written)\"`", column: field.name)
      }
    } else if node.attributes["arraysize"] != nil {
      log.note(.badArraysize, "`arraysize=\"\"`", column: field.name)
    }
    let hasShape = written.flatMap(ArraySize.init) != nil
    guard let name = node["datatype"]?.trimmed else {
      field.datatype = .char
      if !hasShape { field.arraysize = .variable }
      log.note(.missingDatatype, "\(node.name) without datatype: read as text", column: field.name)
      return
    }
    if let datatype = Datatype(rawValue: name) {
      field.datatype = datatype
    } else if let datatype = Datatype.guess(name) {
      field.datatype = datatype
      if datatype.isText, !hasShape { field.arraysize = .variable }
      log.note(.unknownDatatype, "`datatype=\"\(name)\"`: read as \(datatype.rawValue)", column: field.name)
    } else {
      field.datatype = .char
      if !hasShape { field.arraysize = .variable }
      log.note(.unknownDatatype, "`datatype=\"\(name)\"`: read as text", column: field.name)
    }
    if field.datatype.isText, !hasShape, node.attributes["arraysize"] != nil { field.arraysize = .variable }
  }

  /// The parameter that a PARAM element describes.
  func parameter(_ node: XMLNode) -> Parameter {
    if node.attributes["value"] == nil {
      log.line = node.line
      log.note(.missingAttribute, "PARAM without value", column: node["name"], group: "value")
    }
    return Parameter(field: node.field ?? field(node), value: node.attributes["value"] ?? "")
  }

  func values(_ node: XMLNode) -> Values {
    func bound(_ name: String) -> Values.Bound? {
      node.first(name).flatMap { bound in
        bound["value"].map { Values.Bound($0, isInclusive: bound["inclusive"] != "no") }
      }
    }
    return Values(
      null: node["null"], minimum: bound("MIN"), maximum: bound("MAX"), options: options(node),
      id: node["ID"],
      type: node["type"], ref: node["ref"])
  }

  private func options(_ node: XMLNode) -> [Values.Option] {
    node.all("OPTION").map {
      Values.Option($0.attributes["value"] ?? "", name: $0["name"], options: options($0))
    }
  }

  func link(_ node: XMLNode) -> Link {
    var link = Link(
      href: node["href"], contentRole: node["content-role"], contentType: node["content-type"],
      title: node["title"])
    link.id = node["ID"]
    link.value = node["value"]
    link.gref = node["gref"]
    link.action = node["action"]
    return link
  }

  func info(_ node: XMLNode, followsData: Bool) -> Info {
    if node.attributes["name"] == nil || node.attributes["value"] == nil {
      log.line = node.line
      log.note(
        .missingAttribute, "INFO without \(node.attributes["name"] == nil ? "name" : "value")", group: "INFO")
    }
    return Info(
      name: node["name"] ?? node["ID"] ?? "", value: node.attributes["value"] ?? "", text: node.content ?? "",
      ucd: node["ucd"], id: node["ID"], utype: node["utype"], unit: node["unit"], xtype: node["xtype"],
      ref: node["ref"], followsData: followsData)
  }
}

extension String {
  /// The text without white space at its ends.
  var trimmed: String {
    var rest = self[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
