extension Column {
  /// A column of 64-bit numbers; `nil` and NaN are null.
  public init(_ field: Field, doubles: [Double?]) {
    self.init(field, as: .double, doubles) { $0.values.append($1) }
  }

  /// A column of 64-bit numbers; NaN is null.
  public init(_ field: Field, doubles: [Double]) {
    self.init(field, bulk: doubles, as: .double)
  }

  /// A column of 32-bit numbers; `nil` and NaN are null.
  public init(_ field: Field, floats: [Float?]) {
    self.init(field, as: .float, floats) { $0.values.append($1) }
  }

  /// A column of 32-bit numbers; NaN is null.
  public init(_ field: Field, floats: [Float]) {
    self.init(field, bulk: floats, as: .float)
  }

  /// A column of integers, stored as `long`; `nil` is null.
  public init(_ field: Field, integers: [Int?]) {
    self.init(field, as: .long, integers) { $0.values.append(Int64($1)) }
  }

  /// A column of 64-bit integers; `nil` is null.
  public init(_ field: Field, longs: [Int64?]) {
    self.init(field, as: .long, longs) { $0.values.append($1) }
  }

  /// A column of 64-bit integers without null.
  public init(_ field: Field, longs: [Int64]) {
    self.init(field, bulk: longs, as: .long)
  }

  /// A column of 32-bit integers; `nil` is null.
  public init(_ field: Field, ints: [Int32?]) {
    self.init(field, as: .int, ints) { $0.values.append($1) }
  }

  /// A column of 16-bit integers; `nil` is null.
  public init(_ field: Field, shorts: [Int16?]) {
    self.init(field, as: .short, shorts) { $0.values.append($1) }
  }

  /// A column of integers from 0 to 255; `nil` is null.
  public init(_ field: Field, bytes: [UInt8?]) {
    self.init(field, as: .unsignedByte, bytes) { $0.values.append($1) }
  }

  /// A column of truth values; `nil` is null.
  public init(_ field: Field, booleans: [Bool?]) {
    self.init(field, as: .boolean, booleans) { $0.values.append($1 ? UInt8(1) : 0) }
  }

  /// A column of strings; `nil` is null.
  ///
  /// The datatype becomes `char` unless the field says `unicodeChar`; without an `arraysize` that becomes `*`.
  public init(_ field: Field, strings: [String?]) {
    var text = field
    if !text.datatype.isText { text.datatype = .char }
    if text.arraysize.isScalar || text.arraysize.fixedAxes.count > 1 { text.arraysize = .variable }
    self.init(text, as: text.datatype, strings) { sink, string in
      var string = string
      string.withUTF8 { bytes in
        if let start = bytes.baseAddress { sink.values.append(start, bytes.count) }
      }
      sink.endText()
    }
  }

  /// A column of strings; an empty string is not null.
  public init(_ field: Field, strings: [String]) {
    self.init(field, strings: strings.map(Optional.some))
  }

  /// A column of arrays of 64-bit numbers, of equal or different length; `nil` is null.
  ///
  /// Where all have the same length and the field is scalar, `arraysize` becomes that length, else `*`.
  public init(_ field: Field, doubleArrays: [[Double]?]) {
    self.init(field, as: .double, arrays: doubleArrays) { $0.values.append($1) }
  }

  /// A column of arrays of 32-bit numbers; see ``init(_:doubleArrays:)``.
  public init(_ field: Field, floatArrays: [[Float]?]) {
    self.init(field, as: .float, arrays: floatArrays) { $0.values.append($1) }
  }

  /// A column of arrays of 32-bit integers; see ``init(_:doubleArrays:)``.
  public init(_ field: Field, intArrays: [[Int32]?]) {
    self.init(field, as: .int, arrays: intArrays) { $0.values.append($1) }
  }

  private init<T>(
    _ field: Field, as datatype: Datatype, _ cells: [T?], _ append: (inout ColumnSink, T) -> Void
  ) {
    var field = field
    field.datatype = datatype
    if !datatype.isText { field.arraysize = .scalar }
    var sink = ColumnSink(field)
    for cell in cells {
      if let cell {
        append(&sink, cell)
        sink.endCell()
      } else {
        sink.appendNull()
      }
    }
    self.init(field: field, storage: ColumnStorage(taking: &sink))
    sink.deallocate()
  }

  private init<T: BitwiseCopyable>(_ field: Field, bulk cells: [T], as datatype: Datatype) {
    var field = field
    field.datatype = datatype
    field.arraysize = .scalar
    var sink = ColumnSink(field)
    cells.withUnsafeBytes { bytes in
      if let start = bytes.baseAddress {
        sink.values.append(start.assumingMemoryBound(to: UInt8.self), bytes.count)
      }
    }
    sink.rows = cells.count
    self.init(field: field, storage: ColumnStorage(taking: &sink))
    sink.deallocate()
  }

  private init<T>(
    _ field: Field, as datatype: Datatype, arrays: [[T]?], _ append: (inout ColumnSink, T) -> Void
  ) {
    var field = field
    field.datatype = datatype
    let lengths = Set(arrays.compactMap { $0?.count })
    if field.arraysize.isScalar { field.arraysize = lengths.first.map(ArraySize.fixed) ?? .variable }
    if let count = field.arraysize.count, lengths.contains(where: { $0 != count }) {
      field.arraysize = .variable
    }
    var sink = ColumnSink(field)
    for cell in arrays {
      if let cell {
        for value in cell { append(&sink, value) }
        sink.endCell()
      } else {
        sink.appendNull()
      }
    }
    self.init(field: field, storage: ColumnStorage(taking: &sink))
    sink.deallocate()
  }
}
