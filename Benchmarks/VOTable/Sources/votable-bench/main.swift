import Tables

/// One measurement a process, so that CPU time and memory are those of the work.
///
///     votable-bench read FILE              all rows into columns
///     votable-bench stream FILE            all rows, batch after batch, in bounded memory
///     votable-bench convert FILE OUT KIND  TABLEDATA, BINARY or BINARY2; or the kind that the name tells
func run(_ arguments: [String]) throws(TableError) {
  switch (arguments.first, arguments.count) {
  case ("read", 2):
    print(try VOTableReader().read(path: arguments[1]).requireResults().rowCount)
  case ("stream", 2):
    var rows = 0
    let document = try VOTableReader().stream(path: arguments[1]) { rows += $0.table.rowCount }
    print(rows, document.isPartial ? "partial" : "whole")
  case ("convert", 3): try TableFile.write(TableFile.document(path: arguments[1]), path: arguments[2])
  case ("convert", 4):
    guard let serialization = VOTableSerialization(rawValue: arguments[3].uppercased()) else {
      return usage()
    }
    let document = try VOTableReader().read(path: arguments[1])
    try VOTableWriter(serialization: serialization).write(document, toPath: arguments[2])
  default: usage()
  }
}

func usage() { print("usage: votable-bench read FILE | stream FILE | convert FILE OUT [KIND]") }

do {
  try run(Array(CommandLine.arguments.dropFirst()))
} catch {
  print(error)
}
