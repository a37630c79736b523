/// Makes the document from its elements.
struct ModelFactory {
  private let fields: FieldFactory

  init(log: DiagnosticLog) { fields = FieldFactory(log: log) }

  /// The document that a VOTABLE element holds.
  func document(_ root: XMLNode) -> VOTableDocument {
    var document = VOTableDocument()
    document.version = root["version"].map { $0.trimmed }
    if let version = document.version, let first = version.first, first == "v" || first == "V" {
      document.version = String(version.dropFirst())
    }
    document.id = root["ID"]
    document.description = root.description
    // DEFINITIONS (VOTable 1.0) holds what later versions have at the root.
    let members = root.children.flatMap { $0.name == "DEFINITIONS" ? $0.children : [$0] }.filter {
      !$0.isForeign
    }
    var hasResource = false
    for node in members {
      switch node.name {
      case "INFO": document.infos.append(fields.info(node, followsData: hasResource))
      case "PARAM": document.parameters.append(fields.parameter(node))
      case "GROUP": document.groups.append(group(node))
      case "COOSYS": document.coosys.append(coosys(node))
      case "TIMESYS": document.timesys.append(timesys(node))
      case "RESOURCE":
        document.resources.append(resource(node))
        hasResource = true
      default: break
      }
    }
    return document
  }

  private func resource(_ node: XMLNode) -> Resource {
    var resource = Resource(
      name: node["name"], id: node["ID"], type: node["type"], utype: node["utype"],
      description: node.description)
    var hasTable = false
    for child in node.children where !child.isForeign {
      switch child.name {
      case "INFO": resource.infos.append(fields.info(child, followsData: hasTable))
      case "PARAM": resource.parameters.append(fields.parameter(child))
      case "GROUP": resource.groups.append(group(child))
      case "COOSYS": resource.coosys.append(coosys(child))
      case "TIMESYS": resource.timesys.append(timesys(child))
      case "LINK": resource.links.append(fields.link(child))
      case "TABLE":
        resource.tables.append(table(child))
        hasTable = true
      case "RESOURCE":
        resource.resources.append(self.resource(child))
        hasTable = true
      default: break
      }
    }
    return resource
  }

  private func table(_ node: XMLNode) -> Table {
    let columns =
      node.columns
      ?? node.all("FIELD").map { child in
        let field = child.field ?? fields.field(child)
        var sink = ColumnSink(field)
        defer { sink.deallocate() }
        return Column(field: field, storage: ColumnStorage(taking: &sink))
      }
    return table(node, columns: columns)
  }

  /// The table that a TABLE element describes, with other columns.
  func table(_ node: XMLNode, columns: [Column]) -> Table {
    var table = Table(
      columns: columns, name: node["name"], id: node["ID"], utype: node["utype"], ucd: node["ucd"],
      description: node.description)
    table.ref = node["ref"]
    table.nrowsDeclared = node["nrows"].flatMap { Int($0.trimmed) }
    var hasData = false
    for child in node.children where !child.isForeign {
      switch child.name {
      case "INFO": table.infos.append(fields.info(child, followsData: hasData))
      case "PARAM": table.parameters.append(fields.parameter(child))
      case "GROUP": table.groups.append(group(child))
      case "LINK": table.links.append(fields.link(child))
      case "DATA": hasData = true
      default: break
      }
    }
    return table
  }

  private func group(_ node: XMLNode) -> Group {
    var group = Group(
      name: node["name"], id: node["ID"], utype: node["utype"], ucd: node["ucd"], ref: node["ref"],
      description: node.description)
    for child in node.children where !child.isForeign {
      switch child.name {
      case "PARAM": group.parameters.append(fields.parameter(child))
      case "FIELDref": group.fieldRefs.append(reference(child))
      case "PARAMref": group.paramRefs.append(reference(child))
      case "GROUP": group.groups.append(self.group(child))
      default: break
      }
    }
    return group
  }

  private func reference(_ node: XMLNode) -> Group.Reference {
    Group.Reference(node["ref"] ?? "", utype: node["utype"], ucd: node["ucd"])
  }

  private func coosys(_ node: XMLNode) -> CoordinateSystem {
    CoordinateSystem(
      id: node["ID"], system: node["system"], equinox: node["equinox"], epoch: node["epoch"],
      refposition: node["refposition"])
  }

  private func timesys(_ node: XMLNode) -> TimeSystem {
    TimeSystem(
      id: node["ID"], timescale: node["timescale"], refposition: node["refposition"],
      timeorigin: node["timeorigin"])
  }
}
