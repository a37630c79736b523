import Tables

/// Descriptions of links services beside a table, so that a program that reads it can ask for a row's links (DataLink 1.1, §4).
enum DataLinkDescriptor {
  /// A resource a service, in the order of the collections' names.
  ///
  /// - Parameter services: address of the links service, by collection.
  static func resources(_ services: [String: String]) -> [Resource] {
    services.sorted { $0.key < $1.key }.map { name, url in
      Resource(
        name: "links of \(name)", type: "meta", utype: "adhoc:service",
        description: "Links of each spectrum of \(name), the spectrum itself (#this) among them",
        parameters: [
          parameter("standardID", "ivo://ivoa.net/std/DataLink#links-1.1"), parameter("accessURL", url),
          parameter("contentType", "application/x-votable+xml;content=datalink"),
        ],
        groups: [
          Group(
            name: "inputParams",
            parameters: [
              Parameter(
                field: .text("ID", ucd: "meta.id;meta.main", ref: CandidateColumns.didColumn), value: "")
            ])
        ])
    }
  }

  private static func parameter(_ name: String, _ value: String) -> Parameter {
    Parameter(field: .text(name), value: value)
  }
}
