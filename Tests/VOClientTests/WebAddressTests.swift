import Testing

@testable import VOClient

@Suite struct WebAddressTests {
  /// RFC 3986, section 5.4, as far as it holds for http with a path.
  @Test(arguments: [
    ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"),
    ("//g", "http://g/"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"), ("../g", "http://a/b/g"),
    ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("g?y/../x", "http://a/b/c/g?y/../x"),
    ("https://x/y", "https://x/y"), ("g;x=1/../y", "http://a/b/c/y"),
  ]) func `References are resolved`(_ reference: String, _ expected: String) {
    #expect(WebAddress("http://a/b/c/d;p?q")?.resolving(reference)?.text == expected)
  }

  @Test(arguments: [
    "file:///etc/passwd", "ftp://a/b", "javascript:alert(1)", "data:text/plain,x", "mailto:a@b",
  ])
  func `References to other schemes are refused`(_ reference: String) {
    #expect(WebAddress("http://a/b")?.resolving(reference) == nil)
    #expect(WebAddress(reference) == nil)
  }

  @Test func `Limits go by host and port, without user and case`() {
    #expect(WebAddress("http://user:pass@Archive.Example:8080/x")?.hostKey == "archive.example:8080")
    #expect(WebAddress("HTTPS://A/")?.scheme == "https")
  }

  @Test func `What a URL may not hold is encoded, what is encoded stays`() {
    #expect(WebAddress("http://a/ä b?x=<1>%20\"#f")?.text == "http://a/%C3%A4%20b?x=%3C1%3E%20%22")
  }

  @Test func `Encoding and decoding are inverse`() {
    let text = "a b&c=d+e%f#g;h/i?j ä€\u{1F52D}\u{0}"
    #expect(WebAddress.decode(WebAddress.encode(text)) == text)
    #expect(WebAddress.decode("a+b%2") == "a b%2")
  }
}

@Suite struct RetryPolicyTests {
  let policy = RetryPolicy(retries: 4, backoff: 1, longestBackoff: 5, longestRetryAfter: 100)

  private func error(_ kind: TransferError.Code, retryAfter: Double? = nil) -> TransferError {
    TransferError(kind, url: "http://a/", message: "", retryAfter: retryAfter)
  }

  @Test func `Pauses double, are bounded and drawn from the upper half`() {
    let least = (1...4).map { policy.pause(after: error(.refused), attempt: $0, random: 0) }
    let most = (1...4).map { policy.pause(after: error(.refused), attempt: $0, random: 1) }
    #expect(least == [0.5, 1, 2, 2.5])
    #expect(most == [1, 2, 4, 5])
    #expect(policy.pause(after: error(.refused), attempt: 5) == nil)
  }

  @Test func `Retry-After is the least pause, and too long a one ends the attempts`() {
    let pause = policy.pause(after: error(.busy, retryAfter: 30), attempt: 1) ?? 0
    #expect(pause >= 30 && pause <= 30.1)
    #expect(policy.pause(after: error(.busy, retryAfter: 101), attempt: 1) == nil)
  }

  @Test func `Only what can pass is tried again`() {
    let again: Set<TransferError.Code> = [
      .unknownHost, .refused, .timedOut, .stalled, .broken, .busy, .serverFailed, .incomplete, .changed,
    ]
    for code in TransferError.Code.allCases {
      #expect((policy.pause(after: error(code), attempt: 1) != nil) == again.contains(code), "\(code)")
    }
  }
}
