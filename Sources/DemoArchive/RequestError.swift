/// A parameter that cannot be used; its text goes to the client.
struct RequestError: Error {
  /// Which parameter and why.
  let message: String

  /// A complaint about a parameter.
  init(_ parameter: String, _ complaint: String) {
    message = "\(parameter): \(complaint)"
  }
}
