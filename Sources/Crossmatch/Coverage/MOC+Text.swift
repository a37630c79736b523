extension MOC {
  /// The set as text: `order/cells …`, ranges of cells as `first-last` (MOC 2.0, §4.2.1).
  ///
  /// The deepest order is always named, if need be without cells, so that nothing is lost: `1/0-2 4 6/`.
  ///
  /// - Complexity: O(number of cells).
  public var ascii: String {
    var text = ""
    for (level, list) in cellsByOrder {
      if !text.isEmpty { text += " " }
      text += "\(level)/"
      var separator = ""
      var k = 0
      while k < list.count {
        var last = k
        while last + 1 < list.count && list[last + 1] == list[last] + 1 { last += 1 }
        text += separator + (k == last ? "\(list[k])" : "\(list[k])-\(list[last])")
        separator = " "
        k = last + 1
      }
    }
    return text
  }

  /// The set as JSON: an object with the cells by order (MOC 2.0, §4.2.2): `{"1":[0,1,2,4],"6":[]}`.
  ///
  /// - Complexity: O(number of cells).
  public var json: String {
    let members = cellsByOrder.map { level, list in
      "\"\(level)\":[" + list.map { "\($0)" }.joined(separator: ",") + "]"
    }
    return "{" + members.joined(separator: ",") + "}"
  }

  /// The cells by order, the deepest order last even if it has none.
  private var cellsByOrder: [(order: Int, cells: [UInt64])] {
    var lists = [[UInt64]](repeating: [], count: HEALPix.maximumOrder + 1)
    for (level, cell) in cells { lists[level].append(cell) }
    return lists.indices.filter { !lists[$0].isEmpty || $0 == order }.map { ($0, lists[$0]) }
  }

  /// Reads the text form: orders, cells and ranges of cells, separated by spaces, commas or line ends.
  ///
  /// - Parameter ascii: at most some 100 MB; the empty text is the empty set
  /// - Throws: ``CrossmatchError`` (`MOC-01` grammar, `MOC-02` numbers out of range)
  public init(ascii: String) throws(CrossmatchError) {
    var reader = MOCTextReader(ascii)
    self = try reader.ascii()
  }

  /// Reads the JSON form.
  ///
  /// - Throws: ``CrossmatchError`` (`MOC-01` grammar, `MOC-02` numbers out of range)
  public init(json: String) throws(CrossmatchError) {
    var reader = MOCTextReader(json)
    self = try reader.json()
  }
}

/// Reads numbers and marks from the two text forms of a MOC.
struct MOCTextReader {
  private let bytes: [UInt8]
  private var at = 0
  private var ranges: [Range<UInt64>] = []
  private var order = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  mutating func ascii() throws(CrossmatchError) -> MOC {
    var level: Int?
    skip(commas: true)
    while at < bytes.count {
      let first = try number()
      if take("/") {
        level = try checked(order: first)
      } else {
        guard let level else {
          throw CrossmatchError(
            .mocSyntax, "a cell stands before any order at byte \(at)", hint: "write 5/800 801")
        }
        var last = first
        if take("-") { last = try number() }
        try add(first, last, level)
      }
      skip(commas: true)
    }
    return MOC(ranges: ranges, order: order)
  }

  mutating func json() throws(CrossmatchError) -> MOC {
    try expect("{")
    if !take("}") {
      repeat {
        try expect("\"")
        let level = try checked(order: number())
        try expect("\"")
        try expect(":")
        try expect("[")
        if !take("]") {
          repeat {
            skip()
            let cell = try number()
            try add(cell, cell, level)
          } while take(",")
          try expect("]")
        }
      } while take(",")
      try expect("}")
    }
    skip()
    if at < bytes.count {
      throw CrossmatchError(.mocSyntax, "more text after the closing brace at byte \(at)")
    }
    return MOC(ranges: ranges, order: order)
  }

  private mutating func checked(order number: UInt64) throws(CrossmatchError) -> Int {
    guard number <= UInt64(HEALPix.maximumOrder) else {
      throw CrossmatchError(.mocRange, "order \(number) at byte \(at) is not in 0…29")
    }
    order = max(order, Int(number))
    return Int(number)
  }

  private mutating func add(_ first: UInt64, _ last: UInt64, _ level: Int) throws(CrossmatchError) {
    let healpix = HEALPix(order: level)
    guard first <= last, healpix.contains(last) else {
      throw CrossmatchError(
        .mocRange, "\(first)-\(last) at byte \(at) is no range of cells of order \(level)")
    }
    ranges.append(healpix.range(of: first).lowerBound..<healpix.range(of: last).upperBound)
  }

  private mutating func number() throws(CrossmatchError) -> UInt64 {
    var value: UInt64 = 0
    let start = at
    while at < bytes.count, case 0x30...0x39 = bytes[at] {
      // 19 digits hold every cell number and cannot overflow.
      guard at - start < 19 else {
        throw CrossmatchError(.mocRange, "a number of 20 digits or more at byte \(start)")
      }
      value = value * 10 + UInt64(bytes[at] - 0x30)
      at += 1
    }
    guard at > start else { throw CrossmatchError(.mocSyntax, "a number was expected at byte \(at)") }
    return value
  }

  private mutating func skip(commas: Bool = false) {
    while at < bytes.count {
      switch bytes[at] {
      case 0x20, 0x09, 0x0A, 0x0D: at += 1
      case 0x2C where commas: at += 1
      default: return
      }
    }
  }

  private mutating func take(_ mark: Character) -> Bool {
    var k = at
    while k < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[k]) { k += 1 }
    guard k < bytes.count, bytes[k] == mark.asciiValue else { return false }
    at = k + 1
    return true
  }

  private mutating func expect(_ mark: Character) throws(CrossmatchError) {
    if !take(mark) { throw CrossmatchError(.mocSyntax, "'\(mark)' was expected at byte \(at)") }
  }
}
