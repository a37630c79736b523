import Foundation
import Survey
import Testing

@testable import LabelDesk

/// Who may use the desk: over the wire, as another page or program would try.
@Suite struct SecurityTests {
  @Test func withoutTheTokenOrWithAnotherNothingIsTold() async throws {
    try await OpenDesk.with { open in
      let wrong = String(open.token.reversed())
      let strangers: [[String: String]] = [
        [:], ["Authorization": "Bearer \(wrong)"], ["Authorization": "Bearer "],
        ["Authorization": "Basic \(open.token)"], ["Cookie": "\(DeskGuard.cookie(open.base))=\(wrong)"],
        ["Cookie": "votrawl-desk-1=\(open.token)"],
      ]
      for path in ["/api/desk", "/api/summary", "/api/events", "/api/spectrum/1", "/api/guess/1"] {
        for headers in strangers {
          #expect(
            try await RawAnswer.get(open.base, "GET", path, headers).status == 401, "\(path) \(headers)")
        }
      }
      for path in ["/api/session", "/api/acts", "/api/next", "/api/shown/1", "/api/send/1"] {
        for headers in strangers {
          let all = headers.merging(["Origin": open.base]) { $1 }
          #expect(try await RawAnswer.get(open.base, "POST", path, all).status == 401, "\(path) \(headers)")
        }
      }
      let mine = ["Authorization": "Bearer \(open.token)"]
      #expect(try await RawAnswer.get(open.base, "GET", "/api/desk", mine).status == 200)
      let session = try await RawAnswer.get(
        open.base, "POST", "/api/session", mine.merging(["Origin": open.base]) { $1 })
      let cookie = try #require(session.headers["set-cookie"])
      #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
      let pair = try #require(cookie.split(separator: ";").first)
      #expect(try await RawAnswer.get(open.base, "GET", "/api/desk", ["Cookie": "\(pair)"]).status == 200)
    }
  }

  @Test func aForeignHostIsMisdirectedWhateverItKnows() async throws {
    try await OpenDesk.with { open in
      let port = open.base.split(separator: ":").last ?? ""
      for host in ["evil.example", "evil.example:\(port)", "localhost:\(port)", "127.0.0.1:1"] {
        for path in ["/", "/api/desk"] {
          let answer = try await RawAnswer.get(
            open.base, "GET", path, ["Host": host, "Authorization": "Bearer \(open.token)"])
          #expect(answer.status == 421, "\(host)\(path)")
        }
      }
    }
  }

  @Test func aPostWithAForeignOriginOrNoneIsForbiddenAndWritesNothing() async throws {
    try await OpenDesk.with { open in
      let body = try JSONSerialization.data(withJSONObject: [open.act(0, ["label": "emission"])])
      for origin in [
        "http://evil.example", "null", "http://localhost:80", "https" + open.base.dropFirst(4), nil,
      ] {
        var headers = ["Authorization": "Bearer \(open.token)"]
        headers["Origin"] = origin
        let answer = try await RawAnswer.get(open.base, "POST", "/api/acts", headers, body: body)
        #expect(answer.status == 403, "\(origin ?? "none")")
      }
      #expect(try open.survey.labels.acts().isEmpty)
      let foreign = ["Authorization": "Bearer \(open.token)", "Origin": "http://evil.example"]
      #expect(try await RawAnswer.get(open.base, "GET", "/api/desk", foreign).status == 403)
      for method in ["PUT", "DELETE", "OPTIONS"] {
        let headers = ["Origin": open.base]
        #expect(try await RawAnswer.get(open.base, method, "/api/acts", headers).status == 405, "\(method)")
      }
    }
  }

  @Test func everyAnswerAllowsTheDesksOwnFilesOnlyAndNoOtherOrigin() async throws {
    try await OpenDesk.with { open in
      let mine = ["Authorization": "Bearer \(open.token)"]
      var answers = [
        try await RawAnswer.get(open.base, "GET", "/"), try await RawAnswer.get(open.base, "GET", "/desk.js"),
        try await RawAnswer.get(open.base, "GET", "/nothing"),
        try await RawAnswer.get(open.base, "GET", "/api/desk"),
        try await RawAnswer.get(open.base, "GET", "/api/desk", mine),
      ]
      #expect(answers.map(\.status) == [200, 200, 404, 401, 200])
      answers.append(
        try await RawAnswer.get(
          open.base, "OPTIONS", "/api/acts",
          ["Origin": "http://evil.example", "Access-Control-Request-Method": "POST"]))
      for answer in answers {
        let policy = try #require(answer.headers["content-security-policy"])
        #expect(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"))
        #expect(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"))
        #expect(answer.headers["x-content-type-options"] == "nosniff")
        #expect(answer.headers["cross-origin-resource-policy"] == "same-origin")
        #expect(answer.headers["cache-control"] == "no-store")
        #expect(!answer.headers.keys.contains { $0.hasPrefix("access-control-") })
      }
      #expect(!answers[0].body.contains(open.token), "the page holds the token")
    }
  }
}
