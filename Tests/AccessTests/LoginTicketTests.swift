internal import Access
internal import MeshModel
internal import Testing

struct LoginTicketTests {
  private static let now = Timestamp(seconds: 1_800_000_000)
  private let key = [UInt8](repeating: 3, count: 32)

  private func ticket(_ byte: UInt8 = 1) throws -> LoginTicket {
    try #require(
      LoginTicket(random: [UInt8](repeating: byte, count: 32), key: key, at: Self.now))
  }

  @Test("a ticket reads back as itself within ten minutes, in its own process, and never else")
  func life() throws {
    let ticket = try ticket()
    let late = Self.now.adding(milliseconds: 599_999)
    let read = try #require(LoginTicket(parsing: ticket.text, key: key, at: late))
    #expect(read.state == ticket.state && read.nonce == ticket.nonce)
    #expect(read.verifier == ticket.verifier && read.isState(ticket.state))
    for (text, at) in [
      (ticket.text, Self.now.adding(milliseconds: 600_000)),
      (ticket.text, Self.now.adding(milliseconds: -1_000)),
      (ticket.text + "0", Self.now), (String(ticket.text.dropLast()), Self.now), ("", Self.now),
      ("..", Self.now), (ticket.text.replacing(".1800", with: ".1801"), Self.now),
      (String(repeating: ".", count: 1_000_000), Self.now),
      ("a.9223372036854775807.b", Timestamp(microseconds: .min)),
    ] {
      #expect(LoginTicket(parsing: text, key: key, at: at) == nil, "\(text.prefix(40))")
    }
    let other = [UInt8](repeating: 4, count: 32)
    #expect(LoginTicket(parsing: ticket.text, key: other, at: Self.now) == nil)
    #expect(LoginTicket(random: [1], key: key, at: Self.now) == nil)
  }

  @Test("each login has secrets of its own, and none of them tells another")
  func secrets() throws {
    let (one, two) = (try ticket(1), try ticket(2))
    let all = [one, two].flatMap { [$0.state, $0.nonce, $0.verifier, $0.challenge] }
    #expect(Set(all).count == 8 && !one.isState(two.state))
    // RFC 7636, section 4.1: 43 to 128 unreserved characters.
    #expect((43...128).contains(one.verifier.count) && one.challenge.count == 43)
  }

  @Test("Base 64 for addresses reads back as itself, and nothing else is read")
  func base64() {
    for count in 0..<40 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 200) }
      #expect(Base64URL.bytes(Base64URL.text(bytes)) == bytes)
    }
    // RFC 7636, appendix B.
    #expect(Base64URL.text([3, 236, 255, 224, 193]) == "A-z_4ME")
    for text in ["A", "AB", "AAB", "A=", "AA==", "A+", "A/", "é", "AAAA\n", " AAAA"] {
      #expect(Base64URL.bytes(text) == nil, "\(text)")
    }
  }
}
