/// A remark for machines and people: INFO (VOTable 1.4 §3.7).
public struct Info: Sendable, Hashable {
  /// What the remark is about, such as `QUERY_STATUS`.
  public var name: String
  /// Its value.
  public var value: String
  /// The content of the element, such as the server's message.
  public var text: String
  /// The XML ID.
  public var id: String?
  /// The Unified Content Descriptor.
  public var ucd: String?
  /// The role in a data model.
  public var utype: String?
  /// The unit of the value.
  public var unit: String?
  /// The extended type of the value.
  public var xtype: String?
  /// The ID of another element.
  public var ref: String?
  /// Whether it stands behind the tables or the rows, as a late `QUERY_STATUS` does.
  public var followsData: Bool

  /// Makes a remark.
  public init(
    name: String, value: String, text: String = "", ucd: String? = nil, id: String? = nil,
    utype: String? = nil,
    unit: String? = nil, xtype: String? = nil, ref: String? = nil, followsData: Bool = false
  ) {
    self.name = name
    self.value = value
    self.text = text
    self.ucd = ucd
    self.id = id
    self.utype = utype
    self.unit = unit
    self.xtype = xtype
    self.ref = ref
    self.followsData = followsData
  }
}
