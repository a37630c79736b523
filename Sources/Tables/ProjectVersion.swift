/// The version of the project, one for the program and all its libraries.
public enum ProjectVersion {
  /// The version, `major.minor.patch`.
  public static let current = "0.1.0"
}
