public import Classifier

/// What a demo archive serves, and where.
public struct DemoArchiveConfiguration: Sendable {
  /// Port on 127.0.0.1; 0 takes a free one.
  public var port: UInt16
  /// The spectra served under `/ondrejov`.
  public var ondrejov: SimulatedSurvey
  /// The spectra served under `/lamost`.
  public var lamost: SimulatedSurvey
  /// Rows of an SSAP answer when the client gives no MAXREC.
  public var defaultMaxrec: Int
  /// Most rows of an SSAP answer, whatever MAXREC says.
  public var hardMaxrec: Int
  /// Deviations from an honest, quick archive.
  public var habits: DemoArchiveHabits

  /// A configuration; by default 3,000 Ondřejov and 30,000 LAMOST spectra of the given seed.
  public init(
    port: UInt16 = 0, ondrejov: SimulatedSurvey? = nil, lamost: SimulatedSurvey? = nil, seed: UInt64 = 1,
    defaultMaxrec: Int = 10_000, hardMaxrec: Int = 1_000_000, habits: DemoArchiveHabits = DemoArchiveHabits()
  ) {
    self.port = port
    self.ondrejov = ondrejov ?? SimulatedSurvey(kind: .ondrejov, count: 3_000, seed: seed)
    self.lamost = lamost ?? SimulatedSurvey(kind: .lamost, count: 30_000, seed: seed)
    self.defaultMaxrec = defaultMaxrec
    self.hardMaxrec = hardMaxrec
    self.habits = habits
  }
}
