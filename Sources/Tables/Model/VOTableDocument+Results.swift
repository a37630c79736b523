extension VOTableDocument {
  /// Puts another table in the place of the results, leaving all else as it is.
  ///
  /// Nothing happens where there are no results.
  public mutating func replaceResults(by table: Table) {
    guard let path = resultsPath else { return }
    resources[path[0]].replaceTable(at: path.dropFirst(), by: table)
  }

  /// The places of the resources down to the one that holds the results.
  private var resultsPath: [Int]? {
    func find(_ resources: [Resource], _ isWanted: (Resource) -> Bool) -> [Int]? {
      for (index, resource) in resources.enumerated() {
        if isWanted(resource) { return [index] }
        if let below = find(resource.resources, isWanted) { return [index] + below }
      }
      return nil
    }
    func isMeta(_ resource: Resource) -> Bool { resource.type?.lowercased() == "meta" }
    let hasTables: (Resource) -> Bool = { !$0.tables.isEmpty }
    if let outer = find(
      resources,
      { resource in
        resource.type?.lowercased() == "results"
          && resource.flattened.contains { hasTables($0) && !isMeta($0) }
      })
    {
      var resource = resources[outer[0]]
      for index in outer.dropFirst() { resource = resource.resources[index] }
      if hasTables(resource), !isMeta(resource) { return outer }
      return find(resource.resources) { hasTables($0) && !isMeta($0) }.map { outer + $0 }
    }
    return find(resources) { hasTables($0) && !isMeta($0) } ?? find(resources, hasTables)
  }
}

extension Resource {
  fileprivate mutating func replaceTable(at path: ArraySlice<Int>, by table: Table) {
    if let next = path.first {
      resources[next].replaceTable(at: path.dropFirst(), by: table)
    } else {
      tables[0] = table
    }
  }
}
