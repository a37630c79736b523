/// A table held in columns.
public struct Table: Sendable {
  /// The name.
  public var name: String?
  /// The XML ID.
  public var id: String?
  /// The role in a data model.
  public var utype: String?
  /// The Unified Content Descriptor.
  public var ucd: String?
  /// The ID of another element.
  public var ref: String?
  /// What it is, in words.
  public var description: String?
  /// The columns, all of `rowCount` rows.
  public var columns: [Column]
  /// Values that hold for every row.
  public var parameters: [Parameter]
  /// Remarks.
  public var infos: [Info]
  /// Columns and parameters that belong together.
  public var groups: [Group]
  /// Pointers to other documents.
  public var links: [Link]
  /// The number of rows.
  public private(set) var rowCount: Int
  /// The number of rows the document promised (`nrows`), if it did.
  public var nrowsDeclared: Int?

  /// Makes a table from columns.
  ///
  /// - Precondition: All columns have the same number of rows.
  public init(
    columns: [Column], name: String? = nil, id: String? = nil, utype: String? = nil, ucd: String? = nil,
    description: String? = nil, parameters: [Parameter] = [], infos: [Info] = [], groups: [Group] = [],
    links: [Link] = []
  ) {
    precondition(columns.allSatisfy { $0.rowCount == columns.first?.rowCount }, "columns of different length")
    self.columns = columns
    self.name = name
    self.id = id
    self.utype = utype
    self.ucd = ucd
    self.description = description
    self.parameters = parameters
    self.infos = infos
    self.groups = groups
    self.links = links
    self.rowCount = columns.first?.rowCount ?? 0
  }

  /// The fields of the columns.
  public var fields: [Field] { columns.map(\.field) }

  /// The column of a name: exactly, else its ID, else without regard to case.
  public func column(_ name: String) -> Column? {
    columnIndex(name: name).map { columns[$0] }
  }

  /// The column that is looked for by utype, UCD and name, in this order; see ``columnIndex(utype:ucd:name:)``.
  public func column(utype: String? = nil, ucd: String? = nil, name: String? = nil) -> Column? {
    columnIndex(utype: utype, ucd: ucd, name: name).map { columns[$0] }
  }
}
