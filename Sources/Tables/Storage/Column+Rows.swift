extension Column {
  /// The column with other rows: some of its own, in any order and as often as wanted.
  ///
  /// - Parameter rows: for each new row the old one, from 0; nil for a null.
  /// - Complexity: O(rows), and the bytes they hold.
  public func taking(_ rows: [Int?]) -> Column {
    let layout = storage.layout
    var sink = ColumnSink(field)
    let bytes = storage.values
    for row in rows {
      guard let row, !isNull(row) else {
        sink.appendNull()
        continue
      }
      let elements = storage.elements(row)
      let start = sink.elementCount
      if layout.kind == .text {
        for element in elements {
          let text = storage.text(element)
          if let base = text.baseAddress {
            sink.values.append(base.assumingMemoryBound(to: UInt8.self), text.count)
          }
          sink.endText()
        }
      } else if let base = bytes.base, !elements.isEmpty {
        let size = layout.kind.size
        sink.values.append(
          (base + elements.lowerBound * size).assumingMemoryBound(to: UInt8.self), elements.count * size)
      }
      for (place, element) in elements.enumerated() where storage.elementNulls.bit(element) {
        sink.elementNulls.setBit(start + place)
      }
      sink.endCell()
    }
    defer { sink.deallocate() }
    return Column(field: field, storage: ColumnStorage(taking: &sink))
  }
}

extension Table {
  /// The table with other rows, as ``Column/taking(_:)`` says.
  public func taking(_ rows: [Int?]) -> Table {
    Table(
      columns: columns.map { $0.taking(rows) }, name: name, id: id, utype: utype, ucd: ucd,
      description: description,
      parameters: parameters, infos: infos, groups: groups, links: links)
  }
}
