/// The FITS serialisation of a VOTable: the bytes of a FITS file, as they come in.
final class FITSStream {
  private let extensionNumber: Int?
  private let limit: Int
  private var base64 = Base64Decoder()
  private var bytes = RawBuffer()
  private var isTooLarge = false

  init(extensionNumber: Int?, limits: ReaderLimits) {
    self.extensionNumber = extensionNumber
    limit = limits.tableBytes
  }

  deinit { bytes.deallocate() }

  func feed(base64 input: UnsafeBufferPointer<UInt8>) {
    guard bytes.count <= limit else { return }
    base64.decode(input, into: &bytes)
  }

  func feed(_ input: UnsafeBufferPointer<UInt8>) {
    guard bytes.count <= limit, let start = input.baseAddress else { return }
    bytes.append(start, input.count)
  }

  /// The table, once all is there.
  func table() throws(TableError) -> Table {
    if base64.isBroken { throw DiagnosticCode.badBase64.error("the FITS stream is no base64") }
    if bytes.count > limit {
      throw DiagnosticCode.tooLarge.error("the FITS stream is longer than \(limit) bytes")
    }
    let all = Array(UnsafeRawBufferPointer(start: bytes.base, count: bytes.count))
    do throws(TableError) {
      return try FITSTableReader(extensionNumber: extensionNumber).read(bytes: all)
    } catch {
      throw DiagnosticCode.fitsStream.error(error.message)
    }
  }
}
