import FlyingFox
import Foundation
import Testing

@testable import LabelDesk

@Suite struct DeskGuardTests {
  private let base = "http://127.0.0.1:40123"

  private func request(
    _ method: HTTPMethod, _ path: String = "/api/acts", _ headers: [String: String] = [:]
  ) -> HTTPRequest {
    var fields: [HTTPHeader: String] = [:]
    fields[.host] = "127.0.0.1:40123"
    for (name, value) in headers { fields[HTTPHeader(name)] = value }
    return HTTPRequest(
      method: method, version: .http11, path: path, query: [], headers: fields, body: Data())
  }

  @Test func theDesksOwnPagePasses() {
    #expect(DeskGuard.refusal(request(.GET), base: base) == nil)
    #expect(DeskGuard.refusal(request(.POST, "/api/acts", ["Origin": base]), base: base) == nil)
  }

  @Test func anotherPageMayLinkToTheDeskButLoadNothingOfIt() {
    let cross = ["Sec-Fetch-Site": "cross-site"]
    #expect(DeskGuard.refusal(request(.GET, "/", cross), base: base) == nil)
    #expect(DeskGuard.refusal(request(.GET, "/desk.js", cross), base: base)?.statusCode.code == 403)
    let sameSite = ["Sec-Fetch-Site": "same-site"]
    #expect(DeskGuard.refusal(request(.GET, "/api/desk", sameSite), base: base)?.statusCode.code == 403)
  }

  @Test func beforeTheDeskKnowsItsOwnAddressNothingPasses() {
    #expect(DeskGuard.refusal(request(.GET), base: "")?.statusCode.code == 421)
  }

  @Test func theTokenIsOfTheHeaderBeforeTheCookieOfThisPort() {
    let cookie = ["Cookie": "a=b; votrawl-desk-1=other; votrawl-desk-40123=mine"]
    #expect(DeskGuard.token(request(.GET, "/", cookie), base: base) == "mine")
    let both = cookie.merging(["Authorization": "Bearer first"]) { $1 }
    #expect(DeskGuard.token(request(.GET, "/", both), base: base) == "first")
    #expect(DeskGuard.token(request(.GET), base: base) == nil)
    let address = DeskAddress.random()
    #expect(address.admits(address.token) && !address.admits("") && !address.admits(address.token + "0"))
    #expect(!address.admits(DeskAddress.random().token))
  }
}
