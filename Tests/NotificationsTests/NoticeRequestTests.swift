internal import Foundation
internal import JSONNodes
internal import MeshModel
internal import Signals
internal import Testing

@testable internal import Notifications

struct NoticeRequestTests {
  private static let secrets = [
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  ]

  private func keys(notAfter: Timestamp? = nil) throws -> [WebhookKey] {
    try Self.secrets.enumerated().map { index, secret in
      try #require(
        WebhookKey(
          id: "k\(index)", standardWebhooks: secret, notAfter: index == 0 ? notAfter : nil))
    }
  }

  private func delivery(_ request: NoticeRequest) -> SignalDelivery {
    SignalDelivery(
      headers: Dictionary(request.headers.map { ($0.name, [$0.value]) }) { $0 + $1 },
      body: request.body)
  }

  @Test("each format says what the file says, to the byte")
  func golden() throws {
    let formats: [(String, NoticeFormat)] = [
      ("standard-webhooks", .standardWebhooks(try keys())), ("alertmanager", .alertmanager),
      ("slack", .slack), ("cloud-events", .cloudEvents(source: "https://flyball.example")),
    ]
    var lines: [String] = []
    for notice in [
      NoticeSample.notice(),
      NoticeSample.notice(
        "n-2", .actionReleased, standing: .over(at: NoticeSample.now), title: "Released", text: ""),
      NoticeSample.notice(
        "n-3", .actionFailed, standing: .over(at: NoticeSample.now), needsHuman: true,
        title: "Failed", text: "nothing proves it"),
    ] {
      for (name, format) in formats {
        let request = format.request(for: notice, at: NoticeSample.now)
        lines.append("## \(name)")
        lines += request.headers.map { "\($0.name): \($0.value)" }
        lines += ["", String(decoding: request.body, as: UTF8.self), ""]
      }
    }
    let text = lines.joined(separator: "\n")
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/requests.txt")
    if ProcessInfo.processInfo.environment["FLYBALL_GOLDEN"] == "write" {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try text == String(contentsOf: file, encoding: .utf8))
  }

  @Test("who holds any of the keys finds the request genuine, at the time of the attempt")
  func signed() throws {
    let later = NoticeSample.now.adding(milliseconds: 7_200_000)
    let request = NoticeFormat.standardWebhooks(try keys()).request(
      for: NoticeSample.notice(), at: later)
    for key in try keys() {
      let authenticity = try SenderProof.standardWebhooks([key]).check(delivery(request), at: later)
      #expect(authenticity.replayKey == "n-1")
    }
  }

  @Test("the published vector of Standard Webhooks is what is sent")
  func vector() throws {
    let headers = NoticeFormat.signed(
      Array(#"{"test": 2432232314}"#.utf8), "msg_p5jXN8AQM9LWM0D4loKWxJek", [try keys()[0]],
      at: Timestamp(seconds: 1_614_265_330))
    #expect(
      headers.map(\.value) == [
        "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
      ])
  }

  @Test("a key that has ended signs nothing")
  func ended() throws {
    let request = NoticeFormat.standardWebhooks(try keys(notAfter: NoticeSample.now)).request(
      for: NoticeSample.notice(), at: NoticeSample.now)
    let old = SenderProof.standardWebhooks([try keys()[0]])
    #expect(throws: AuthenticityRefusal.wrongSignature) {
      try old.check(delivery(request), at: NoticeSample.now)
    }
  }

  @Test("an alert's labels stay the same over its matter, so that its end meets its beginning")
  func labels() throws {
    func labels(_ notice: Notice) throws -> JSONNode? {
      let request = NoticeFormat.alertmanager.request(for: notice, at: NoticeSample.now)
      let node = try JSONReader.read(
        request.body, within: JSONBounds(bytes: 65_536, depth: 8, nodes: 100))
      return JSONPointer(parsing: "/0/labels")?.value(in: node)
    }
    let first = try labels(NoticeSample.notice("a", .actionProposed))
    #expect(first != nil)
    for kind in NoticeKind.allCases where kind.rawValue.hasPrefix("action.") {
      #expect(
        try labels(NoticeSample.notice("b", kind, standing: .over(at: NoticeSample.now))) == first)
    }
  }

  @Test("what attackers write calls nobody and marks nothing in a chat")
  func escaping() {
    let request = NoticeFormat.slack.request(
      for: NoticeSample.notice(title: "<!channel> *x* & `y`", text: "<https://evil|bank>"),
      at: NoticeSample.now)
    let text = String(decoding: request.body, as: UTF8.self)
    #expect(text.contains("&lt;!channel&gt; ∗x∗ &amp; 'y'"))
    #expect(text.contains("&lt;https://evil|bank&gt;"))
    #expect(!text.contains("<"))
  }

  @Test("our own CloudEvents are CloudEvents, but for the mark that no Flyball takes them with")
  func cloudEvents() throws {
    let request = NoticeFormat.cloudEvents(source: "https://flyball.example").request(
      for: NoticeSample.notice(), at: NoticeSample.now)
    let format = SignalFormat.cloudEvents(
      data: SignalFields(
        title: JSONPointer(parsing: "/title"), severity: JSONPointer(parsing: "/severity")))
    #expect(throws: DeliveryRefusal.malformed(.own)) {
      try format.read(delivery(request), at: NoticeSample.now)
    }
    let body = String(decoding: request.body, as: UTF8.self).replacing(
      #""flyball":"prod","#, with: "", maxReplacements: 1)
    let reading = try format.read(
      delivery(NoticeRequest(headers: request.headers, body: Array(body.utf8))),
      at: NoticeSample.now)
    let signal = try #require(reading.signals.first)
    #expect(signal.name == "dev.flyball.action.applied" && signal.title == "Quarantine of web")
    #expect(signal.severity == .critical && signal.started == NoticeSample.now)
  }

  @Test("none of our notices is news to a Flyball, by whatever format it comes")
  func own() throws {
    let mapped = SignalFormat.mapped(
      SignalMapping(
        id: try #require(JSONPointer(parsing: "/data/id")),
        time: try #require(JSONPointer(parsing: "/timestamp")), fields: SignalFields()))
    let webhook = NoticeFormat.standardWebhooks(try keys()).request(
      for: NoticeSample.notice(), at: NoticeSample.now)
    #expect(throws: DeliveryRefusal.malformed(.own)) {
      try mapped.read(delivery(webhook), at: NoticeSample.now)
    }
    // Alertmanager hands on the labels of the alert that it was given.
    let alert = NoticeFormat.alertmanager.request(for: NoticeSample.notice(), at: NoticeSample.now)
    let bounds = JSONBounds(bytes: 65_536, depth: 8, nodes: 100)
    let given = try JSONReader.read(alert.body, within: bounds)
    let labels = try #require(JSONPointer(parsing: "/0/labels")?.value(in: given))
    let handedOn = """
      {"version":"4","alerts":[{"status":"firing","labels":\(labels.text),"annotations":{},
      "startsAt":"2026-11-22T09:00:00Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"f"}]}
      """
    let reading = try SignalFormat.alertmanager.read(
      SignalDelivery(headers: [:], body: Array(handedOn.utf8)), at: NoticeSample.now)
    #expect(reading.signals.isEmpty && reading.refused.map(\.reason) == [.own])
  }
}
