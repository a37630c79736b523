import Testing

@testable import SAMP

@Suite struct XMLRPCTests {
  @Test func whatIsWrittenIsReadBack() throws {
    let values: [SAMPValue] = [
      "", " blanks kept ", "a < b && c > d", "ŽÁ ± α", "two\nlines\r",
      ["x", ["y"], [:]], ["key": ["nested": ["deep"]], "k&y": "v"],
    ]
    let call = try XMLRPC.call(from: XMLRPC.call("samp.hub.notify", values))
    #expect(call.method == "samp.hub.notify")
    #expect(call.parameters == values)
    for value in values {
      #expect(try XMLRPC.response(from: XMLRPC.response(.value(value))) == .value(value))
    }
    let fault = XMLRPC.Response.fault(code: 3, text: "no <such> client")
    #expect(try XMLRPC.response(from: XMLRPC.response(fault)) == fault)
  }

  @Test func valuesOfOtherTypesAndWithoutTypeAreText() throws {
    let document = """
      <methodResponse><params><param><value><struct>
      <member><name>a</name><value>bare</value></member>
      <member><name>b</name><value><int> 42 </int></value></member>
      <member><name>c</name><value><boolean>1</boolean></value></member>
      <member><name>d</name><value><array><data/></array></value></member>
      </struct></value></param></params></methodResponse>
      """
    #expect(
      try XMLRPC.response(from: Array(document.utf8))
        == .value(["a": "bare", "b": "42", "c": "1", "d": []]))
  }

  @Test(arguments: [
    "", "no xml", "<methodCall/>",
    "<methodCall><methodName>m</methodName><params><param/></params></methodCall>",
    "<!DOCTYPE x [<!ENTITY a \"b\">]><methodCall><methodName>&a;</methodName></methodCall>",
    "<methodCall><methodName>m</methodName><params><param><value><base64>AA==</base64></value></param></params></methodCall>",
  ])
  func whatIsNoCallIsRefused(text: String) {
    #expect(throws: XMLRPC.Problem.self) { _ = try XMLRPC.call(from: Array(text.utf8)) }
  }

  @Test func aLockFileMayHoldEqualSignsAndComments() throws {
    let address = try HubAddress.parse(
      "# SAMP lock\nsamp.secret=a=b==\nsamp.hub.xmlrpc.url=http://127.0.0.1:1/x?k=v\nsamp.profile.version=1.3\n",
      path: "lock")
    #expect(address == HubAddress(url: "http://127.0.0.1:1/x?k=v", secret: "a=b=="))
    #expect(throws: SAMPError.self) { _ = try HubAddress.parse("samp.secret=x\n", path: "lock") }
  }

  @Test func theLockFileIsFoundByVariableElseInTheHomeFolder() throws {
    #expect(try HubAddress.lockFile(environment: ["HOME": "/home/x/"]) == "/home/x/.samp")
    #expect(
      try HubAddress.lockFile(environment: ["HOME": "/h", "SAMP_HUB": "std-lockurl:file:///tmp/a%20b"])
        == "/tmp/a b")
    let error = #expect(throws: SAMPError.self) {
      _ = try HubAddress.lockFile(environment: ["SAMP_HUB": "std-lockurl:http://example.org/lock"])
    }
    #expect(error?.code == "SAM-02")
  }
}
