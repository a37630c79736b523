/// What a column or a parameter means: the attributes of FIELD and PARAM (VOTable 1.4 §3.6).
public struct Field: Sendable, Hashable {
  /// The name; not necessarily unique in a table.
  public var name: String
  /// The XML ID, unique in the document.
  public var id: String?
  /// The Unified Content Descriptor: what kind of quantity this is.
  public var ucd: String?
  /// The role in a data model, such as `ssa:Access.Reference`.
  public var utype: String?
  /// The unit, in VOUnit syntax.
  public var unit: String?
  /// The extended type (DALI §3.3), such as `timestamp` or `interval`.
  public var xtype: String?
  /// The ID of a COOSYS, TIMESYS, FIELD or PARAM this one refers to.
  public var ref: String?
  /// The number of significant digits: `F3`, `E5` or a bare number.
  public var precision: String?
  /// The width of a column of text output, in characters.
  public var width: String?
  /// The attribute `type` of VOTable 1.0 and 1.1 (`hidden`, `no_query`, `trigger`, `location`).
  public var type: String?
  /// What it is, in words.
  public var description: String?
  /// The type of the elements.
  public var datatype: Datatype
  /// The shape of a cell.
  public var arraysize: ArraySize
  /// The domain of the values: null, minimum, maximum, options.
  public var values: Values?
  /// Links to other documents.
  public var links: [Link]

  /// Makes a field; all but the name may be left out.
  public init(
    name: String, datatype: Datatype = .double, arraysize: ArraySize = .scalar, unit: String? = nil,
    ucd: String? = nil, utype: String? = nil, id: String? = nil, xtype: String? = nil, ref: String? = nil,
    description: String? = nil, nullValue: String? = nil
  ) {
    self.name = name
    self.datatype = datatype
    self.arraysize = arraysize
    self.unit = unit
    self.ucd = ucd
    self.utype = utype
    self.id = id
    self.xtype = xtype
    self.ref = ref
    self.description = description
    self.links = []
    if let nullValue { self.values = Values(null: nullValue) }
  }

  /// A field of strings of any length.
  public static func text(
    _ name: String, ucd: String? = nil, utype: String? = nil, unit: String? = nil, id: String? = nil,
    xtype: String? = nil, ref: String? = nil, description: String? = nil
  ) -> Field {
    Field(
      name: name, datatype: .char, arraysize: .variable, unit: unit, ucd: ucd, utype: utype, id: id,
      xtype: xtype, ref: ref, description: description)
  }

  /// The text that stands for a missing value (`VALUES/@null`), if one is declared.
  public var nullValue: String? {
    get { values?.null }
    set {
      if newValue != nil || values != nil {
        var changed = values ?? Values()
        changed.null = newValue
        values = changed == Values() ? nil : changed
      }
    }
  }
}

/// The domain of a field's values: VALUES (VOTable 1.4 §4.7).
public struct Values: Sendable, Hashable {
  /// The XML ID.
  public var id: String?
  /// `legal` (the default) or `actual`.
  public var type: String?
  /// The text that stands for a missing value.
  public var null: String?
  /// The ID of another VALUES that holds instead.
  public var ref: String?
  /// The least value.
  public var minimum: Bound?
  /// The greatest value.
  public var maximum: Bound?
  /// The values there are to choose from.
  public var options: [Option]

  /// Makes a domain; all parts may be left out.
  public init(
    null: String? = nil, minimum: Bound? = nil, maximum: Bound? = nil, options: [Option] = [],
    id: String? = nil, type: String? = nil, ref: String? = nil
  ) {
    self.null = null
    self.minimum = minimum
    self.maximum = maximum
    self.options = options
    self.id = id
    self.type = type
    self.ref = ref
  }

  /// A limit of the domain: MIN or MAX.
  public struct Bound: Sendable, Hashable {
    /// The limit, as written.
    public var value: String
    /// Whether the limit itself belongs to the domain.
    public var isInclusive: Bool

    /// Makes a limit.
    public init(_ value: String, isInclusive: Bool = true) {
      self.value = value
      self.isInclusive = isInclusive
    }
  }

  /// One of several values to choose from: OPTION.
  public struct Option: Sendable, Hashable {
    /// The value, as written.
    public var value: String
    /// What it is called.
    public var name: String?
    /// Further choices below this one.
    public var options: [Option]

    /// Makes an option.
    public init(_ value: String, name: String? = nil, options: [Option] = []) {
      self.value = value
      self.name = name
      self.options = options
    }
  }
}

/// A pointer to another document: LINK (VOTable 1.4 §3.5).
public struct Link: Sendable, Hashable {
  /// The XML ID.
  public var id: String?
  /// What the link is for, such as `doc`, `hints` or `ddl:id-source`.
  public var contentRole: String?
  /// The MIME type of what it leads to.
  public var contentType: String?
  /// What it is called.
  public var title: String?
  /// A value.
  public var value: String?
  /// The address.
  public var href: String?
  /// A GLU reference (deprecated).
  public var gref: String?
  /// What to do with it (obsolete).
  public var action: String?

  /// Makes a link.
  public init(
    href: String? = nil, contentRole: String? = nil, contentType: String? = nil, title: String? = nil
  ) {
    self.href = href
    self.contentRole = contentRole
    self.contentType = contentType
    self.title = title
  }
}
