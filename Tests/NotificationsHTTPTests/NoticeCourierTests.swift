internal import Access
internal import CurlHTTP
internal import Foundation
internal import MeshModel
internal import Notifications
@testable internal import NotificationsHTTP
internal import Signals
internal import Synchronization
internal import TestServer
internal import Testing

@Suite("One notice to one receiver", .serialized)
struct NoticeCourierTests {
  private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
  private static let terms = NotificationTerms(instance: "prod", address: nil, receivers: [])

  private func send(_ receiver: NoticeReceiver) async throws -> NoticeCourier.Answer {
    try await NoticeCourier(to: receiver, of: Self.terms).send(
      Self.terms.writer.test(id: "1", at: Owed.start), at: Owed.start)
  }

  @Test("each way of telling has its own place, type and secrets")
  func requests() async throws {
    let owed = try Owed()
    let exchange = Mutex<LoopbackServer.Exchange?>(nil)
    let server = try LoopbackServer { received in
      exchange.withLock { $0 = received }
      received.answer(200)
    }
    defer { server.stop() }
    let keysFile = try owed.write(Self.secret + "\n", to: "keys")
    let tokenFile = try owed.write("s3cret\n", to: "token")
    let place = "/services/T0/B0/x?key=a%2Fb&t=1"
    let urlFile = try owed.write("http://127.0.0.1:\(server.port)\(place)\n", to: "url")
    var slack = try Owed.receiver("slack", server.port, .slack)
    slack.place = .file(urlFile)
    var alerts = try Owed.receiver("alerts", server.port, .alertmanager)
    alerts.tokenFile = tokenFile
    alerts.place = .address(
      try #require(WebAddress("http://127.0.0.1:\(server.port)/alertmanager/")))
    let hook = try Owed.receiver("hook", server.port, .standardWebhooks(keysFile: keysFile))

    #expect(try await send(slack).outcome == .answered(status: 200, retryAfterSeconds: nil))
    var head = exchange.withLock { $0?.head ?? "" }
    #expect(head.hasPrefix("POST \(place) HTTP/1.1\r\n"))
    #expect(!head.lowercased().contains("authorization"))
    #expect(exchange.withLock { $0?.body.isEmpty } == false)

    _ = try await send(alerts)
    head = exchange.withLock { $0?.head ?? "" }
    #expect(head.hasPrefix("POST /alertmanager/api/v2/alerts HTTP/1.1\r\n"))
    #expect(head.contains("authorization: Bearer s3cret\r\n"))

    _ = try await send(hook)
    let taken = try #require(exchange.withLock { $0 })
    let pairs = taken.head.split(separator: "\r\n").dropFirst().compactMap { line in
      line.firstRange(of: ": ").map {
        (line[..<$0.lowerBound].lowercased(), line[$0.upperBound...])
      }
    }
    let delivery = SignalDelivery(
      headers: Dictionary(pairs.map { ($0.0, [String($0.1)]) }) { $0 + $1 }, body: taken.body)
    let key = try #require(WebhookKey(id: "1", standardWebhooks: Self.secret))
    #expect(
      try SenderProof.standardWebhooks([key]).check(delivery, at: Owed.start).replayKey == "test-1")
  }

  @Test("a secret that is replaced counts at the next attempt, and one that is gone sends nothing")
  func secrets() async throws {
    let owed = try Owed()
    let heads = Mutex<[String]>([])
    let server = try LoopbackServer { exchange in
      heads.withLock { $0.append(exchange.head) }
      exchange.answer(200)
    }
    defer { server.stop() }
    var receiver = try Owed.receiver("a", server.port)
    receiver.tokenFile = try owed.write("old", to: "token")
    _ = try await send(receiver)
    _ = try owed.write("new", to: "token")
    _ = try await send(receiver)
    _ = try owed.write("two words", to: "token")
    #expect(try await send(receiver).outcome == .unreachable)
    receiver.tokenFile = "/nowhere/token"
    let answer = try await send(receiver)
    #expect(answer.outcome == .unreachable && answer.text.contains("/nowhere/token"))
    let tokens = heads.withLock { $0 }.map { $0.contains("Bearer new") }
    #expect(tokens == [false, true])
  }

  @Test("how long a receiver asks to wait is heard, and what it says is shown within bounds")
  func retryAfter() async throws {
    let server = try LoopbackServer {
      $0.answer(
        429, headers: ["Retry-After: 90"],
        Array(("\u{1B}[31mslow" + String(repeating: "x", count: 999)).utf8))
    }
    defer { server.stop() }
    let answer = try await send(try Owed.receiver("a", server.port))
    #expect(answer.outcome == .answered(status: 429, retryAfterSeconds: 90))
    #expect(answer.text.hasPrefix("status 429: ") && answer.text.utf8.count < 300)
    #expect(!answer.text.contains("\u{1B}"))
  }

  @Test("nothing goes to an address of the link, however it is written")
  func link() async throws {
    for host in ["169.254.0.1", "0xa9fe0001"] {
      let receiver = NoticeReceiver(
        name: "a", method: .slack,
        place: .address(try #require(WebAddress("http://\(host):9/"))))
      let answer = try await send(receiver)
      #expect(answer.outcome == .unreachable)
      #expect(answer.text.contains("allow"), "\(answer.text)")
    }
  }

  @Test("a cloud's metadata is no receiver, and a private address may be one")
  func metadata() {
    func allows(_ text: String) -> Bool? {
      IPPrefix(text).map { DestinationPolicy.configured.allows($0) { _ in true } }
    }
    for text in [
      "169.254.169.254", "168.63.129.16", "100.100.100.200", "fe80::1", "fd00:ec2::254",
      "fd20:ce::254", "64:ff9b::169.254.169.254", "2002:a9fe:a9fe::1",
    ] {
      #expect(allows(text) == false, "\(text)")
    }
    for text in ["127.0.0.1", "10.1.2.3", "192.168.0.9", "fd00::1", "203.0.113.7"] {
      #expect(allows(text) == true, "\(text)")
    }
  }
}
