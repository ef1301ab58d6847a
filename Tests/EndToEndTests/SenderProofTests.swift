internal import Access
internal import DemoMesh
internal import Foundation
internal import MeshModel
internal import Signals
internal import Testing

/// Senders of alerts who show certificates or sign, at the real listener over TLS.
private struct SenderDesk {
  let desk: AccessDesk
  let port: Int

  private static let key = Data((0..<32).map { UInt8($0) }).base64EncodedString()
  static let scanner = "spiffe://shop.demo/people/scanner"

  static func with(_ body: (SenderDesk) async throws -> Void) async throws {
    let port = FreePort.find(1)[0]
    let secret = FileManager.default.temporaryDirectory.path + "/flyball-key-\(port)"
    try ("whsec_" + key).write(toFile: secret, atomically: true, encoding: .utf8)
    let signals = """
      signals:
        listen: 127.0.0.1:\(port)
        certificate: api.pem
        key: api.key
        clientCA: roots.pem
        senders:
          - {name: scanner, format: alertmanager, certificate: ["\(scanner)"]}
          - {name: signer, format: alertmanager, standardWebhooks: [{file: "\(secret)"}]}

      """
    try await AccessDesk.with(signals: signals) { desk in
      try await body(SenderDesk(desk: desk, port: port))
    }
    try FileManager.default.removeItem(atPath: secret)
  }

  func deliver(
    _ number: Int, to sender: String, _ headers: [String] = [],
    certificate: CertificateAuthority.Files? = nil
  ) async throws -> RawClient.Answer? {
    let client = RawClient(
      port: port, roots: desk.folder + "/roots.pem", certificate: certificate)
    return try await client.send(
      AccessDesk.text("POST", "/signals/\(sender)", headers, body: Self.alert(number)))
  }

  static func alert(_ number: Int) -> String {
    """
    {"version": "4", "alerts": [{"status": "firing", "labels": {"alertname": "Intrusion"},
    "startsAt": "2026-01-01T00:00:00Z", "fingerprint": "\(number)"}]}
    """
  }

  /// The headers that Standard Webhooks asks for.
  static func signed(_ number: Int, id: String, at seconds: Int64) throws -> [String] {
    let key = try #require(
      WebhookKey(id: "test", standardWebhooks: "whsec_" + Self.key, notAfter: nil))
    let code = key.signature(of: [Array("\(id).\(seconds).".utf8), Array(alert(number).utf8)])
    return [
      "webhook-id: \(id)", "webhook-timestamp: \(seconds)",
      "webhook-signature: v1,\(Data(code).base64EncodedString())",
    ]
  }
}

extension EndToEndTests {
  @Test("a sender's certificate lets its own deliveries in, and nobody else's")
  func senderCertificates() async throws {
    try await SenderDesk.with { senders in
      let own = try senders.desk.files(of: "scanner")
      #expect(try await senders.deliver(1, to: "scanner", certificate: own)?.status == 202)
      let operators = try senders.desk.files(of: "admin")
      for (certificate, sender) in [(nil, "scanner"), (operators, "scanner"), (own, "signer")] {
        let answer = try await senders.deliver(2, to: sender, certificate: certificate)
        #expect(answer?.status == 401, "\(sender)")
      }
      // The same name from an authority that nobody trusts does not even come to be asked.
      let folder = senders.desk.folder + "/other"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let foreign = try CertificateAuthority(folder: folder).issue(
        [SenderDesk.scanner], name: "scanner")
      let answer = try? await senders.deliver(3, to: "scanner", certificate: foreign)
      #expect(answer?.status == nil)
    }
  }

  @Test("a signed delivery counts once, in its time, as it was signed")
  func signedDeliveries() async throws {
    try await SenderDesk.with { senders in
      let now = Int64(Date().timeIntervalSince1970)
      let good = try SenderDesk.signed(1, id: "m1", at: now)
      let first = try await senders.deliver(1, to: "signer", good)
      #expect(first?.status == 202 && first?.body == "1 new, 0 known\n")
      let again = try await senders.deliver(1, to: "signer", good)
      #expect(again?.status == 202 && again?.body == "0 new, 1 known\n")
      let refused: [(String, [String], Int)] = [
        ("another body", try SenderDesk.signed(1, id: "m2", at: now), 401),
        ("an old stamp", try SenderDesk.signed(2, id: "m3", at: now - 3_600), 400),
        ("a stamp ahead", try SenderDesk.signed(2, id: "m4", at: now + 3_600), 400),
        ("no signature", Array(try SenderDesk.signed(2, id: "m5", at: now).prefix(2)), 401),
      ]
      for (what, headers, status) in refused {
        let answer = try await senders.deliver(2, to: "signer", headers)
        #expect(answer?.status == status, "\(what)")
      }
    }
  }
}
