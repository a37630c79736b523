/// A VOTable document on its way into bytes.
struct VOTableEncoder {
  let version: VOTableVersion
  let serialization: VOTableSerialization
  let document: VOTableDocument
  let flush: ((inout [UInt8]) throws(TableError) -> Void)?
  var out = ByteWriter()
  private var ids: Set<String> = []
  private var idsWritten: Set<String> = []

  init(
    version: VOTableVersion, serialization: VOTableSerialization, document: VOTableDocument,
    flush: (([UInt8]) throws(TableError) -> Void)?
  ) {
    self.version = version
    self.serialization = serialization
    self.document = document
    if let flush {
      self.flush = { (bytes: inout [UInt8]) throws(TableError) in
        try flush(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    } else {
      self.flush = nil
    }
    ids = Set(DocumentIDs(document).ids.map(Self.xmlName))
  }

  mutating func encode() throws(TableError) {
    out.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
    out.write("<VOTABLE version=\"\(version.number)\" xmlns=\"\(version.namespace)\"")
    id(document.id)
    out.write(">\n")
    description(document.description)
    systems(document.coosys, document.timesys)
    for group in document.groups { self.group(group) }
    for parameter in document.parameters { self.parameter(parameter) }
    infos(document.infos.filter { !$0.followsData })
    for resource in document.resources { try self.resource(resource) }
    if document.resources.isEmpty { out.write("<RESOURCE/>\n") }
    infos(document.infos.filter(\.followsData))
    out.write("</VOTABLE>\n")
  }

  private mutating func resource(_ resource: Resource) throws(TableError) {
    out.write("<RESOURCE")
    attribute("name", resource.name)
    id(resource.id)
    attribute("type", resource.type)
    attribute("utype", resource.utype)
    out.write(">\n")
    description(resource.description)
    infos(resource.infos.filter { !$0.followsData })
    systems(resource.coosys, resource.timesys)
    for group in resource.groups { self.group(group) }
    for parameter in resource.parameters { self.parameter(parameter) }
    for link in resource.links { self.link(link) }
    for table in resource.tables { try self.table(table) }
    for inner in resource.resources { try self.resource(inner) }
    // INFO may follow only a TABLE or a RESOURCE.
    let late = resource.infos.filter(\.followsData)
    infos(late)
    out.write("</RESOURCE>\n")
  }

  private mutating func table(_ table: Table) throws(TableError) {
    out.write("<TABLE")
    id(table.id)
    attribute("name", table.name)
    reference(table.ref)
    attribute("ucd", table.ucd)
    attribute("utype", table.utype)
    let rows = table.columns.isEmpty ? 0 : table.rowCount
    out.write(" nrows=\"\(rows)\">\n")
    description(table.description)
    infos(table.infos.filter { !$0.followsData })
    let columns = table.columns.map { WrittenColumn($0, version: version, serialization: serialization) }
    for column in columns {
      out.write("<FIELD")
      field(column.field)
      fieldContent(column.field, closing: "FIELD")
    }
    for parameter in table.parameters { self.parameter(parameter) }
    for group in table.groups { self.group(group) }
    for link in table.links { self.link(link) }
    if !columns.isEmpty {
      out.write("<DATA>\n")
      if serialization == .tabledata {
        try tableData(columns, rows: rows)
      } else {
        try binary(columns, rows: rows)
      }
      out.write("</DATA>\n")
    }
    infos(table.infos.filter(\.followsData))
    out.write("</TABLE>\n")
  }

  private mutating func tableData(_ columns: [WrittenColumn], rows: Int) throws(TableError) {
    out.write("<TABLEDATA>\n")
    for row in 0..<rows {
      out.write("<TR>")
      for column in columns { column.writeText(row, to: &out) }
      out.write("</TR>\n")
      if out.bytes.count > 1 << 20 { try flush?(&out.bytes) }
    }
    out.write("</TABLEDATA>\n")
  }

  private mutating func binary(_ columns: [WrittenColumn], rows: Int) throws(TableError) {
    let hasNullFlags = serialization == .binary2
    out.write("<\(serialization.rawValue)>\n<STREAM encoding=\"base64\">\n")
    var buffer: [UInt8] = []
    let maskLength = (columns.count + 7) / 8
    for row in 0..<rows {
      if hasNullFlags {
        let mask = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: maskLength))
        for (index, column) in columns.enumerated() where column.isNull(row) {
          buffer[mask + index >> 3] |= 0x80 >> UInt8(index & 7)
        }
      }
      for column in columns { column.writeBinary(row, to: &buffer) }
      if buffer.count > 1 << 18 {
        Base64Encoder.encode(&buffer, isLast: false, into: &out.bytes)
        if out.bytes.count > 1 << 20 { try flush?(&out.bytes) }
      }
    }
    Base64Encoder.encode(&buffer, isLast: true, into: &out.bytes)
    out.write("</STREAM>\n</\(serialization.rawValue)>\n")
  }

  // MARK: Elements

  mutating func infos(_ infos: [Info]) {
    for info in infos {
      out.write("<INFO")
      id(info.id)
      out.write(" name=\"")
      out.escaped(info.name, attribute: true)
      out.write("\" value=\"")
      out.escaped(info.value, attribute: true)
      out.write("\"")
      attribute("unit", info.unit)
      attribute("xtype", info.xtype)
      reference(info.ref)
      attribute("ucd", info.ucd)
      attribute("utype", info.utype)
      if info.text.isEmpty {
        out.write("/>\n")
      } else {
        out.write(">")
        out.escaped(info.text)
        out.write("</INFO>\n")
      }
    }
  }

  private mutating func systems(_ coosys: [CoordinateSystem], _ timesys: [TimeSystem]) {
    for (index, system) in coosys.enumerated() {
      out.write("<COOSYS")
      id(system.id ?? unusedID("coosys\(index + 1)"))
      attribute("system", version.referenceSystem(system.system))
      attribute("equinox", system.equinox)
      attribute("epoch", system.epoch)
      if version.hasCoosysRefposition { attribute("refposition", system.refposition) }
      out.write("/>\n")
    }
    guard version.hasTimesys else { return }
    for (index, system) in timesys.enumerated() {
      out.write("<TIMESYS")
      id(system.id ?? unusedID("timesys\(index + 1)"))
      attribute("timeorigin", system.timeorigin)
      attribute("timescale", system.timescale ?? "UNKNOWN")
      attribute("refposition", system.refposition ?? "UNKNOWN")
      out.write("/>\n")
    }
  }

  mutating func parameter(_ parameter: Parameter) {
    out.write("<PARAM")
    var written = parameter.field
    if !version.hasUTF8Characters, written.datatype == .char, !parameter.value.utf8.allSatisfy({ $0 < 0x80 })
    {
      written.datatype = .unicodeChar
    }
    if written.datatype.isText, written.arraysize.isScalar { written.arraysize = .variable }
    field(written)
    out.write(" value=\"")
    // Numbers separated by commas are read, but not written.
    let isList = !written.datatype.isText && parameter.value.contains(",")
    out.escaped(isList ? parameter.string ?? "" : parameter.value, attribute: true)
    out.write("\"")
    fieldContent(parameter.field, closing: "PARAM")
  }

  private mutating func field(_ field: Field) {
    id(field.id)
    out.write(" name=\"")
    out.escaped(field.name.isEmpty ? "unnamed" : field.name, attribute: true)
    out.write("\" datatype=\"\(field.datatype.rawValue)\"")
    let size = field.arraysize
    if !size.isScalar, !(version.avoidsArraysizeOne && size == .fixed(1)) {
      attribute("arraysize", size.description)
    }
    attribute("unit", field.unit)
    attribute("ucd", field.ucd)
    attribute("utype", field.utype)
    attribute("xtype", field.xtype)
    attribute("width", field.width)
    attribute("precision", field.precision)
    reference(field.ref)
    if let type = field.type, ["hidden", "no_query", "trigger", "location"].contains(type) {
      attribute("type", type)
    }
  }

  private mutating func fieldContent(_ field: Field, closing name: String) {
    guard field.description != nil || field.values != nil || !field.links.isEmpty else {
      out.write("/>\n")
      return
    }
    out.write(">")
    if let text = field.description { description(text) }
    if let values = field.values { self.values(values) }
    for link in field.links { self.link(link) }
    out.write("</\(name)>\n")
  }

  private mutating func values(_ values: Values) {
    out.write("<VALUES")
    id(values.id)
    attribute("type", values.type == "actual" || values.type == "legal" ? values.type : nil)
    attribute("null", values.null)
    reference(values.ref)
    out.write(">")
    for (name, bound) in [("MIN", values.minimum), ("MAX", values.maximum)] {
      guard let bound else { continue }
      out.write("<\(name)")
      attribute("value", bound.value)
      if !bound.isInclusive { attribute("inclusive", "no") }
      out.write("/>")
    }
    for option in values.options { self.option(option) }
    out.write("</VALUES>")
  }

  private mutating func option(_ option: Values.Option) {
    out.write("<OPTION")
    attribute("name", option.name)
    out.write(" value=\"")
    out.escaped(option.value, attribute: true)
    out.write("\">")
    for inner in option.options { self.option(inner) }
    out.write("</OPTION>")
  }

  private mutating func group(_ group: Group) {
    out.write("<GROUP")
    id(group.id)
    attribute("name", group.name)
    reference(group.ref)
    attribute("ucd", group.ucd)
    attribute("utype", group.utype)
    out.write(">\n")
    description(group.description)
    for (name, references) in [("FIELDref", group.fieldRefs), ("PARAMref", group.paramRefs)] {
      for reference in references where ids.contains(Self.xmlName(reference.ref)) {
        out.write("<\(name)")
        attribute("ref", Self.xmlName(reference.ref))
        attribute("ucd", reference.ucd)
        attribute("utype", reference.utype)
        out.write("/>\n")
      }
    }
    for parameter in group.parameters { self.parameter(parameter) }
    for inner in group.groups { self.group(inner) }
    out.write("</GROUP>\n")
  }

  private mutating func link(_ link: Link) {
    out.write("<LINK")
    id(link.id)
    attribute("content-role", link.contentRole)
    attribute("content-type", link.contentType)
    attribute("title", link.title)
    attribute("value", link.value)
    attribute("href", link.href)
    attribute("gref", link.gref)
    attribute("action", link.action)
    out.write("/>")
  }

  private mutating func description(_ text: String?) {
    guard let text, !text.isEmpty else { return }
    out.write("<DESCRIPTION>")
    out.escaped(text)
    out.write("</DESCRIPTION>\n")
  }

  // MARK: Attributes

  private mutating func attribute(_ name: String, _ value: String?) {
    guard let value, !value.isEmpty else { return }
    out.write(" \(name)=\"")
    out.escaped(value, attribute: true)
    out.write("\"")
  }

  private mutating func id(_ id: String?) {
    guard let id else { return }
    let name = Self.xmlName(id)
    if idsWritten.insert(name).inserted { attribute("ID", name) }
  }

  private mutating func reference(_ ref: String?) {
    guard let ref else { return }
    let name = Self.xmlName(ref)
    if ids.contains(name) { attribute("ref", name) }
  }

  private func unusedID(_ wish: String) -> String {
    var name = wish
    while ids.contains(name) || idsWritten.contains(name) { name += "_" }
    return name
  }

  /// A name that XML allows as an ID, the same for the same text.
  static func xmlName(_ text: String) -> String {
    var name = ""
    for scalar in text.unicodeScalars {
      let isFine =
        scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || "-_.".unicodeScalars.contains(scalar)
      name.unicodeScalars.append(isFine ? scalar : "_")
    }
    if let first = name.unicodeScalars.first, !(first.properties.isAlphabetic || first == "_") {
      name = "_" + name
    }
    return name.isEmpty ? "_" : name
  }
}
