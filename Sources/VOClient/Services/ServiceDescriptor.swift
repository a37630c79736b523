public import Tables

/// A parameter of a service as the service describes it: a PARAM of a group `inputParams` or of the metadata.
public struct InputParameter: Sendable, Codable {
  /// Name, as it is sent.
  public var name: String
  /// Unified content descriptor.
  public var ucd: String?
  /// Utype.
  public var utype: String?
  /// Unit of the value.
  public var unit: String?
  /// Extended type, such as `interval`.
  public var xtype: String?
  /// VOTable datatype.
  public var datatype: Datatype
  /// VOTable arraysize, as written; `nil` for a single value.
  public var arraysize: String?
  /// A value that must be sent; `nil` if the value is up to the caller.
  public var fixedValue: String?
  /// ID of the column or PARAM that has the value.
  public var ref: String?
  /// Least value.
  public var min: String?
  /// Greatest value.
  public var max: String?
  /// The values there are to choose from; empty if there is no such list.
  public var options: [String]
  /// What the parameter does.
  public var description: String?

  init(_ parameter: Parameter) {
    self.init(parameter.field, value: parameter.value.trimmed)
  }

  init(_ field: Field, value: String) {
    name = field.name
    ucd = field.ucd
    utype = field.utype
    unit = field.unit
    xtype = field.xtype
    datatype = field.datatype
    arraysize = field.arraysize.isScalar ? nil : field.arraysize.description
    fixedValue = value.isEmpty ? nil : value
    ref = field.ref
    // DaCHS of 2015 to 2017 name the column in a LINK besides (or instead of) the ref.
    if ref == nil, let link = field.links.first(where: { $0.contentRole == "ddl:id-source" }),
      let id = link.value
    {
      ref = String(id.drop { $0 == "#" })
    }
    min = field.values?.minimum?.value
    max = field.values?.maximum?.value
    options = field.values?.options.map(\.value) ?? []
    description = field.description
  }
}

/// A service described within a VOTable (DataLink 1.1, section 4).
public struct ServiceDescriptor: Sendable, Codable {
  /// XML ID of the RESOURCE, to which `service_def` refers.
  public var id: String?
  /// Name of the RESOURCE.
  public var name: String?
  /// What the service does.
  public var description: String?
  /// Where it is asked.
  public var accessURL: String
  /// Which standard it follows.
  public var standardID: String?
  /// Media type of what it returns, if said.
  public var contentType: String?
  /// Whether it describes the service that the document came from (`adhoc:this`).
  public var isSelf: Bool
  /// Its parameters, in order.
  public var inputs: [InputParameter]

  /// All descriptors of a document, at any depth.
  ///
  /// A resource without an access URL is none.
  public static func all(in document: VOTableDocument) -> [ServiceDescriptor] {
    document.allResources.compactMap(ServiceDescriptor.init)
  }

  /// Reads a RESOURCE of utype `adhoc:service` or `adhoc:this` (DataLink 1.0: also of name `this`).
  init?(_ resource: Resource) {
    let utype = resource.utype?.trimmed.lowercased() ?? ""
    let isOldSelf = utype.isEmpty && resource.type?.lowercased() == "meta" && resource.name == "this"
    guard utype == "adhoc:service" || utype == "adhoc:this" || isOldSelf else { return nil }
    func value(_ name: String) -> String? {
      let text = resource.parameters.first { $0.name.lowercased() == name.lowercased() }?.value.trimmed
      return text?.isEmpty == false ? text : nil
    }
    guard let accessURL = value("accessURL") else { return nil }
    id = resource.id
    name = resource.name
    description = resource.description
    self.accessURL = accessURL
    standardID = value("standardID")
    contentType = value("contentType")
    isSelf = utype == "adhoc:this" || resource.name == "this"
    let groups = resource.groups.filter { $0.name?.lowercased() == "inputparams" }
    inputs = groups.flatMap(\.parameters).map(InputParameter.init)
  }

  /// Whether this is a DataLink {links} service.
  public var isDataLink: Bool {
    standardID?.lowercased().hasPrefix("ivo://ivoa.net/std/datalink") == true
  }

  /// Whether this is a synchronous cut-out service: SODA, or the draft of it that DaCHS had in 2015 to 2017.
  public var isSODA: Bool {
    guard let standard = standardID?.lowercased() else { return false }
    return standard.hasPrefix("ivo://ivoa.net/std/soda#sync") || standard == "ivo://ivoa.net/std/ssdp#sync"
      || standard.hasPrefix("ivo://ivoa.net/std/ssda#sync")
      || standard.hasPrefix("ivo://ivoa.net/std/accessdata#sync")
  }

  /// Whether this is an asynchronous cut-out service (SODA 1.0, section 3.3).
  public var isAsynchronousSODA: Bool {
    standardID?.lowercased().hasPrefix("ivo://ivoa.net/std/soda#async") ?? false
  }

  /// The parameter of a name, whatever its case.
  public func input(_ name: String) -> InputParameter? {
    inputs.first { $0.name.lowercased() == name.lowercased() }
  }

  /// Makes the request for some values.
  ///
  /// Parameters that the caller does not name take their fixed value, or the value of the column or PARAM they refer
  /// to. A value for a parameter with options must be one of them (its spelling is corrected).
  /// - Parameters:
  ///   - values: parameter names, in any case, with their values.
  ///   - row: the table and row (from 0) for parameters that refer to a column.
  /// - Throws: SVC-08 for a name that the service does not offer or a reference that cannot be resolved, SVC-09 for
  ///   a value that is not among the options.
  public func request(
    values: [String: String], row: (table: Table, row: Int)? = nil
  ) throws(ServiceError) -> TransferRequest {
    guard let address = WebAddress(accessURL) else {
      throw ServiceError(.noDescriptor, url: accessURL, message: "not an http or https address: \(accessURL)")
    }
    let items = try items(values: values, row: row)
    let get = address.adding(items)
    if get.text.utf8.count <= Self.longestURL { return TransferRequest(url: get.text) }
    return TransferRequest(url: address.text, method: .post(form: items))
  }

  /// The parameters that a request has for some values, in the order of the descriptor; errors as for
  /// ``request(values:row:)``.
  func items(
    values: [String: String], row: (table: Table, row: Int)? = nil
  ) throws(ServiceError) -> [(String, String)] {
    for name in values.keys where input(name) == nil {
      throw ServiceError(
        .notOffered, url: accessURL, message: "the service has no parameter \(name)",
        hint: "it has: \(inputs.map(\.name).joined(separator: ", "))")
    }
    var items: [(String, String)] = []
    for input in inputs {
      if let given = values.first(where: { $0.key.lowercased() == input.name.lowercased() })?.value {
        items.append((input.name, try allowed(given, for: input)))
      } else if let fixed = input.fixedValue {
        items.append((input.name, fixed))
      } else if let ref = input.ref {
        guard let value = row.flatMap({ Self.value(of: ref, in: $0.table, row: $0.row) }) else {
          throw ServiceError(
            .notOffered, url: accessURL,
            message: "the parameter \(input.name) needs the value of \(ref), which is missing")
        }
        items.append((input.name, value))
      }
    }
    return items
  }

  /// Bytes that a URL may have; DaCHS closes the connection on more than 16 kB, other servers and proxies at 8 kB.
  static let longestURL = 4000

  private func allowed(_ value: String, for input: InputParameter) throws(ServiceError) -> String {
    guard !input.options.isEmpty else { return value }
    if input.options.contains(value) { return value }
    if let option = input.options.first(where: { $0.lowercased() == value.lowercased() }) { return option }
    throw ServiceError(
      .notAllowed, url: accessURL, message: "\(input.name) cannot be \(value)",
      hint: "allowed: \(input.options.joined(separator: ", "))")
  }

  /// The value of a column or PARAM by its ID (or, failing that, its name).
  private static func value(of ref: String, in table: Table, row: Int) -> String? {
    let column = table.columns.first { $0.field.id == ref } ?? table.columns.first { $0.field.name == ref }
    if let column { return row < table.rowCount ? column.string(row) : nil }
    let parameter = table.parameters.first { $0.field.id == ref } ?? table.parameters.first { $0.name == ref }
    return parameter?.string
  }
}
