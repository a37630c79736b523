/// A celestial reference system: COOSYS (VOTable 1.4 §3.1).
public struct CoordinateSystem: Sendable, Hashable {
  /// The XML ID that columns refer to.
  public var id: String?
  /// The system, such as `ICRS`, `eq_FK5`, `galactic`.
  public var system: String?
  /// The equinox, such as `J2000`.
  public var equinox: String?
  /// The epoch of the positions, such as `J2015.5`.
  public var epoch: String?
  /// The reference position, such as `BARYCENTER` (VOTable 1.5).
  public var refposition: String?

  /// Makes a reference system.
  public init(
    id: String? = nil, system: String? = nil, equinox: String? = nil, epoch: String? = nil,
    refposition: String? = nil
  ) {
    self.id = id
    self.system = system
    self.equinox = equinox
    self.epoch = epoch
    self.refposition = refposition
  }
}

/// The origin and scale of times: TIMESYS (VOTable 1.4 §3.2).
public struct TimeSystem: Sendable, Hashable {
  /// The XML ID that columns refer to.
  public var id: String?
  /// The time scale, such as `UTC`, `TDB`.
  public var timescale: String?
  /// The reference position, such as `TOPOCENTER`.
  public var refposition: String?
  /// The Julian date that is added to every value, in days, or the words `MJD-origin`, `JD-origin`.
  public var timeorigin: String?

  /// Makes a time system.
  public init(
    id: String? = nil, timescale: String? = nil, refposition: String? = nil, timeorigin: String? = nil
  ) {
    self.id = id
    self.timescale = timescale
    self.refposition = refposition
    self.timeorigin = timeorigin
  }

  /// The Julian date that is added to every value, in days; `nil` where none is stated or it is unreadable.
  public var originJulianDate: Double? {
    switch timeorigin?.lowercased() {
    case nil: nil
    case "mjd-origin": 2_400_000.5
    case "jd-origin": 0
    case let text?: Double(text)
    }
  }
}
