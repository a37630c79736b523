public import Survey

/// A spectrum by its collection and publisher DID.
public struct SpectrumName: Sendable, Hashable, Codable {
  /// Name of the collection.
  public let collection: String
  /// Publisher DID.
  public let did: String

  /// Names a spectrum.
  public init(collection: String, did: String) {
    self.collection = collection
    self.did = did
  }
}

/// What another program, such as TOPCAT, tells the desk.
public enum DeskCommand: Sendable {
  /// Show this spectrum, whether it is in the set or not.
  case show(SpectrumName)
  /// Ask for these spectra, in this order, in place of the set.
  case ask([SpectrumName], title: String)
  /// Say this to the person at the desk, such as whether a hub is there.
  case say(String)
}

/// What the person at the desk does that other programs may want to know.
public enum DeskEvent: Sendable {
  /// This set is asked now.
  case opened(LabelSet)
  /// This spectrum is on the page now.
  case shown(SpectrumName)
  /// The person wants this spectrum sent to the other programs.
  case sent(SpectrumName)
  /// The person wants what they found in the set selected in the other programs.
  case selected([SpectrumName])
  /// This act is on disk.
  case acted(LabelAct)
}
