/// A set of tables and what belongs to them: RESOURCE (VOTable 1.4 §3.3).
public struct Resource: Sendable {
  /// The name.
  public var name: String?
  /// The XML ID.
  public var id: String?
  /// `results`, `meta`, or another word.
  public var type: String?
  /// The role in a data model, such as `adhoc:service`.
  public var utype: String?
  /// What it is, in words.
  public var description: String?
  /// Remarks.
  public var infos: [Info]
  /// Celestial reference systems.
  public var coosys: [CoordinateSystem]
  /// Time systems.
  public var timesys: [TimeSystem]
  /// Values that hold for the whole resource.
  public var parameters: [Parameter]
  /// Parameters that belong together.
  public var groups: [Group]
  /// Pointers to other documents.
  public var links: [Link]
  /// The tables.
  public var tables: [Table]
  /// Resources inside.
  public var resources: [Resource]

  /// Makes a resource.
  public init(
    name: String? = nil, id: String? = nil, type: String? = nil, utype: String? = nil,
    description: String? = nil,
    infos: [Info] = [], coosys: [CoordinateSystem] = [], timesys: [TimeSystem] = [],
    parameters: [Parameter] = [],
    groups: [Group] = [], links: [Link] = [], tables: [Table] = [], resources: [Resource] = []
  ) {
    self.name = name
    self.id = id
    self.type = type
    self.utype = utype
    self.description = description
    self.infos = infos
    self.coosys = coosys
    self.timesys = timesys
    self.parameters = parameters
    self.groups = groups
    self.links = links
    self.tables = tables
    self.resources = resources
  }

  /// This resource and all inside, in document order.
  public var flattened: [Resource] { [self] + resources.flatMap(\.flattened) }
}
