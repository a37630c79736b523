extension VOSI.Availability {
  /// Reads the answer of the resource `availability`.
  init(_ root: XMLTree) {
    isAvailable = ["true", "1"].contains(root.value("available")?.lowercased() ?? "")
    upSince = root.value("upSince")
    downAt = root.value("downAt")
    backAt = root.value("backAt")
    notes = root.all("note").map(\.text)
  }
}

extension VOSI.Capability {
  /// Reads the answer of the resource `capabilities`.
  static func all(in root: XMLTree) -> [VOSI.Capability] {
    root.all("capability").map { element in
      var facts: [String: String] = [:]
      for child in element.children where !child.text.isEmpty && facts[child.name] == nil {
        facts[child.name] = child.text
      }
      let interfaces = element.all("interface").compactMap { interface in
        interface.value("accessURL").map { url in
          VOSI.Interface(
            accessURL: url, role: interface.attributes["role"], version: interface.attributes["version"],
            type: interface.attributes["type"])
        }
      }
      return VOSI.Capability(
        standardID: element.attributes["standardID"], interfaces: interfaces, facts: facts)
    }
  }
}

extension VOSI.TableMetadata {
  /// Reads the answer of the resource `tables`: one `tableset`, or (with a table's name) one `table`.
  static func all(in root: XMLTree) -> [VOSI.TableMetadata] {
    let elements =
      root.name == "table" ? [root] : root.all("schema").flatMap { $0.all("table") } + root.all("table")
    return elements.map { table in
      VOSI.TableMetadata(
        name: table.value("name") ?? "", description: table.value("description"),
        columns: table.all("column").map { column in
          VOSI.ColumnMetadata(
            name: column.value("name") ?? "", description: column.value("description"),
            unit: column.value("unit"), ucd: column.value("ucd"), utype: column.value("utype"),
            datatype: column.value("dataType"))
        })
    }
  }
}
