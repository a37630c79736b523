// Feeds arbitrary bytes to the three readers of MOCs. Whatever is read must fulfil the invariants and come back the same
// from every form it is written in.

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMOC(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  let text = String(decoding: bytes, as: UTF8.self)
  check(try? MOC(fits: bytes))
  check(try? MOC(ascii: text))
  check(try? MOC(json: text))
  return 0
}

private func check(_ moc: MOC?) {
  guard let moc else { return }
  precondition(moc.invariantsHold, "invariants")
  precondition(moc.complement.complement == moc, "complement")
  // A range may be made of very many cells: write out only what is small.
  guard moc.ranges.count < 1000 else { return }
  precondition((try? MOC(ascii: moc.ascii)) == moc, "ASCII")
  precondition((try? MOC(json: moc.json)) == moc, "JSON")
  precondition((try? MOC(fits: moc.fits())) == moc, "FITS ranges")
  precondition((try? MOC(fits: moc.fits(form: .nuniq))) == moc, "FITS NUNIQ")
}
