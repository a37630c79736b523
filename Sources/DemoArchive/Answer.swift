/// An answer before it is handed to the server.
struct Answer: Sendable {
  /// HTTP status.
  var status = 200
  /// Content-Type; none for an empty one.
  var type = ""
  /// Further headers.
  var headers: [(name: String, value: String)] = []
  /// Body.
  var body: [UInt8] = []

  /// Plain text, as services give with an error status.
  static func text(_ status: Int, _ text: String) -> Answer {
    Answer(status: status, type: "text/plain; charset=utf-8", body: Array((text + "\n").utf8))
  }
}
