/// The XML IDs of a document.
struct DocumentIDs {
  private(set) var ids: [String] = []

  init(_ document: VOTableDocument) {
    add(document.id)
    add(document.coosys, document.timesys)
    add(document.infos.map(\.id))
    document.parameters.forEach { add($0.field) }
    document.groups.forEach { add($0) }
    document.allResources.forEach { add($0) }
  }

  private mutating func add(_ id: String?) { if let id { ids.append(id) } }

  private mutating func add(_ list: [String?]) { ids.append(contentsOf: list.compactMap(\.self)) }

  private mutating func add(_ coosys: [CoordinateSystem], _ timesys: [TimeSystem]) {
    add(coosys.map(\.id))
    add(timesys.map(\.id))
  }

  private mutating func add(_ field: Field) {
    add(field.id)
    add(field.values?.id)
    add(field.links.map(\.id))
  }

  private mutating func add(_ group: Group) {
    add(group.id)
    group.parameters.forEach { add($0.field) }
    group.groups.forEach { add($0) }
  }

  private mutating func add(_ resource: Resource) {
    add(resource.id)
    add(resource.infos.map(\.id))
    add(resource.coosys, resource.timesys)
    add(resource.links.map(\.id))
    resource.parameters.forEach { add($0.field) }
    resource.groups.forEach { add($0) }
    for table in resource.tables {
      add(table.id)
      add(table.infos.map(\.id))
      add(table.links.map(\.id))
      table.fields.forEach { add($0) }
      table.parameters.forEach { add($0.field) }
      table.groups.forEach { add($0) }
    }
  }
}
