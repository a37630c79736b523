/// Fields and parameters that belong together: GROUP (VOTable 1.4 §3.8).
public struct Group: Sendable {
  /// The name, such as `inputParams`.
  public var name: String?
  /// The XML ID.
  public var id: String?
  /// The ID of another element.
  public var ref: String?
  /// The Unified Content Descriptor.
  public var ucd: String?
  /// The role in a data model.
  public var utype: String?
  /// What it is, in words.
  public var description: String?
  /// The parameters that stand in the group.
  public var parameters: [Parameter]
  /// The columns that belong to it.
  public var fieldRefs: [Reference]
  /// The parameters elsewhere that belong to it.
  public var paramRefs: [Reference]
  /// Groups inside.
  public var groups: [Group]

  /// Makes a group.
  public init(
    name: String? = nil, id: String? = nil, utype: String? = nil, ucd: String? = nil, ref: String? = nil,
    description: String? = nil, parameters: [Parameter] = [], fieldRefs: [Reference] = [],
    paramRefs: [Reference] = [], groups: [Group] = []
  ) {
    self.name = name
    self.id = id
    self.utype = utype
    self.ucd = ucd
    self.ref = ref
    self.description = description
    self.parameters = parameters
    self.fieldRefs = fieldRefs
    self.paramRefs = paramRefs
    self.groups = groups
  }

  /// A member of a group that is defined elsewhere: FIELDref or PARAMref.
  public struct Reference: Sendable, Hashable {
    /// The ID of the FIELD or PARAM.
    public var ref: String
    /// The Unified Content Descriptor it has in this group.
    public var ucd: String?
    /// The role it has in this group.
    public var utype: String?

    /// Makes a reference.
    public init(_ ref: String, utype: String? = nil, ucd: String? = nil) {
      self.ref = ref
      self.utype = utype
      self.ucd = ucd
    }
  }
}
