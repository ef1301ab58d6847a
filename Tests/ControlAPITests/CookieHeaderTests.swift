import Testing

@testable import ControlAPI

struct CookieHeaderTests {
  @Test(
    "cookies of others, whatever they hold, hide none of ours",
    arguments: [
      "", "a=1", "a=\u{602}", "a=b\u{301}", "\u{301}=", "flyball\u{301}=", "a\r", "=;=", "flyball",
    ])
  func beside(other: String) {
    let header = other + "; flyball=ours;" + other
    #expect(CookieHeader.values(named: "flyball", in: [header]) == ["ours"])
  }

  @Test("every value of the name counts, in order, over all headers")
  func values() {
    let headers = ["flyball=1; a=2; flyball=a=b", " flyball=; flyball", "FLYBALL=3"]
    #expect(CookieHeader.values(named: "flyball", in: headers) == ["1", "a=b", ""])
  }
}
