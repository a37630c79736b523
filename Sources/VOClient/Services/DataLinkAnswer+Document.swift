public import Tables

extension DataLinkAnswer {
  /// Links as a {links} document (DataLink 1.1, section 3.2) that other programs read, with the descriptors of the
  /// services that it names.
  ///
  /// - Parameter links: the rows, of any number of answers; their descriptors get IDs of their own.
  public static func document(_ links: [DataLink]) -> VOTableDocument {
    var services: [Resource] = []
    let definitions = links.map { link -> String? in
      guard let descriptor = link.descriptor else { return link.serviceDef }
      let id = "service-\(services.count + 1)"
      services.append(descriptor.resource(id: id))
      return id
    }
    func text(_ name: String, ucd: String?, _ values: [String?]) -> Column {
      Column(.text(name, ucd: ucd), strings: values)
    }
    var columns = [
      text("ID", ucd: "meta.id;meta.main", links.map(\.id)),
      text("access_url", ucd: "meta.ref.url", links.map(\.accessURL)),
      text("service_def", ucd: "meta.ref", definitions),
      text("error_message", ucd: "meta.code.error", links.map(\.errorMessage)),
      text("description", ucd: "meta.note", links.map(\.description)),
      text("semantics", ucd: "meta.code", links.map(\.semantics)),
      text("content_type", ucd: "meta.code.mime", links.map { $0.contentType?.description }),
      Column(
        Field(name: "content_length", datatype: .long, unit: "byte", ucd: "phys.size;meta.file"),
        integers: links.map(\.contentLength)),
      text("content_qualifier", ucd: "meta.code", links.map(\.contentQualifier)),
      text("local_semantics", ucd: "meta.code", links.map(\.localSemantics)),
    ]
    if links.contains(where: { $0.linkAuth != nil || $0.linkAuthorized != nil }) {
      columns.append(text("link_auth", ucd: "meta.code", links.map(\.linkAuth)))
      columns.append(
        Column(
          Field(name: "link_authorized", datatype: .boolean, ucd: "meta.code"),
          booleans: links.map(\.linkAuthorized)))
    }
    let results = Resource(
      type: "results",
      infos: [
        Info(name: "standardID", value: "ivo://ivoa.net/std/DataLink#links-1.1"),
        Info(name: "QUERY_STATUS", value: "OK"),
      ], tables: [Table(columns: columns)])
    return VOTableDocument(resources: [results] + services)
  }
}

extension ServiceDescriptor {
  /// The descriptor as the RESOURCE that it was read from (DataLink 1.1, section 4).
  func resource(id: String) -> Resource {
    var parameters: [Parameter] = []
    if let standardID { parameters.append(Parameter(name: "standardID", text: standardID)) }
    parameters.append(Parameter(name: "accessURL", text: accessURL))
    if let contentType { parameters.append(Parameter(name: "contentType", text: contentType)) }
    return Resource(
      id: id, type: "meta", utype: "adhoc:service", description: description, parameters: parameters,
      groups: [Group(name: "inputParams", parameters: inputs.map(\.parameter))])
  }
}

extension InputParameter {
  /// The parameter as a PARAM.
  var parameter: Parameter {
    var field = Field(
      name: name, datatype: datatype, arraysize: arraysize.flatMap { ArraySize($0) } ?? .scalar, unit: unit,
      ucd: ucd, utype: utype, xtype: xtype, ref: ref, description: description)
    if min != nil || max != nil || !options.isEmpty {
      field.values = Values(
        minimum: min.map { .init($0) }, maximum: max.map { .init($0) }, options: options.map { .init($0) })
    }
    return Parameter(field: field, value: fixedValue ?? "")
  }
}
