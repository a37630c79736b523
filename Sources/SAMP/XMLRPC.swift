internal import VOClient

/// The part of XML-RPC that SAMP's standard profile uses (SAMP 1.3, section 4.2).
enum XMLRPC {
  /// What is wrong with a document.
  struct Problem: Error {
    var message: String
  }

  /// An answer to a call.
  enum Response: Equatable {
    case value(SAMPValue)
    case fault(code: Int, text: String)
  }

  /// The document of a call.
  static func call(_ method: String, _ parameters: [SAMPValue]) -> [UInt8] {
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodCall><methodName>"
    text += escaped(method) + "</methodName><params>"
    for parameter in parameters {
      text += "<param>"
      append(parameter, to: &text)
      text += "</param>"
    }
    return Array((text + "</params></methodCall>\n").utf8)
  }

  /// The document of an answer.
  static func response(_ response: Response) -> [UInt8] {
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodResponse>"
    switch response {
    case .value(let value):
      text += "<params><param>"
      append(value, to: &text)
      text += "</param></params>"
    case .fault(let code, let message):
      text += "<fault><value><struct><member><name>faultCode</name><value><int>\(code)</int></value></member>"
      text += "<member><name>faultString</name><value><string>\(escaped(message))</string></value></member>"
      text += "</struct></value></fault>"
    }
    return Array((text + "</methodResponse>\n").utf8)
  }

  /// Reads a call.
  static func call(from bytes: [UInt8]) throws(Problem) -> (method: String, parameters: [SAMPValue]) {
    let root = try tree(bytes)
    guard root.name == "methodCall", let method = root.child("methodName")?.text, !method.isEmpty else {
      throw Problem(message: "it is no methodCall")
    }
    var parameters: [SAMPValue] = []
    for parameter in root.child("params")?.all("param") ?? [] {
      guard let value = parameter.child("value") else { throw Problem(message: "a parameter has no value") }
      parameters.append(try self.value(value))
    }
    return (method, parameters)
  }

  /// Reads an answer.
  static func response(from bytes: [UInt8]) throws(Problem) -> Response {
    let root = try tree(bytes)
    guard root.name == "methodResponse" else { throw Problem(message: "it is no methodResponse") }
    if let fault = root.child("fault")?.child("value") {
      let value = try value(fault)
      return .fault(code: value["faultCode"]?.integer ?? 0, text: value["faultString"]?.text ?? "")
    }
    guard let result = root.child("params")?.child("param")?.child("value") else { return .value("") }
    return .value(try value(result))
  }

  private static func tree(_ bytes: [UInt8]) throws(Problem) -> XMLTree {
    do throws(XMLTree.Problem) {
      return try XMLTree.parse(bytes)
    } catch {
      throw Problem(message: error.message)
    }
  }

  private static func value(_ element: XMLTree) throws(Problem) -> SAMPValue {
    guard let typed = element.children.first else { return .text(element.characters) }
    switch typed.name {
    case "string", "int", "i4", "double", "boolean":
      return .text(typed.name == "string" ? typed.characters : typed.text)
    case "array":
      var list: [SAMPValue] = []
      for child in typed.child("data")?.all("value") ?? [] { list.append(try value(child)) }
      return .list(list)
    case "struct":
      var map: [String: SAMPValue] = [:]
      for member in typed.all("member") {
        guard let name = member.child("name")?.text, let child = member.child("value") else {
          throw Problem(message: "a member of a struct lacks its name or value")
        }
        map[name] = try value(child)
      }
      return .map(map)
    default:
      throw Problem(message: "a value is of the type \(typed.name.prefix(40)), which SAMP does not have")
    }
  }

  private static func append(_ value: SAMPValue, to text: inout String) {
    text += "<value>"
    switch value {
    case .text(let string): text += "<string>" + escaped(string) + "</string>"
    case .list(let list):
      text += "<array><data>"
      for element in list { append(element, to: &text) }
      text += "</data></array>"
    case .map(let map):
      text += "<struct>"
      for (name, member) in map.sorted(by: { $0.key < $1.key }) {
        text += "<member><name>" + escaped(name) + "</name>"
        append(member, to: &text)
        text += "</member>"
      }
      text += "</struct>"
    }
    text += "</value>"
  }

  /// Text without mark-up and without the control characters that XML 1.0 cannot hold.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\r": result += "&#13;"
      case "\t", "\n": result.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: continue
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
