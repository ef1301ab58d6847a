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
          - {name: falco, format: falco, hubSignature: [{file: "\(secret)"}]}
          - {name: events, format: cloud-events, certificate: ["\(scanner)"]}
          - name: mapped
            format: mapped
            certificate: ["\(scanner)"]
            mapping: {signals: /items, id: /id, time: /at, timeForm: seconds, labelObject: /labels}

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
    try await deliver(Self.alert(number), to: sender, headers, certificate: certificate)
  }

  func deliver(
    _ body: String, to sender: String, _ headers: [String],
    certificate: CertificateAuthority.Files? = nil
  ) async throws -> RawClient.Answer? {
    let client = RawClient(
      port: port, roots: desk.folder + "/roots.pem", certificate: certificate)
    return try await client.send(
      AccessDesk.text("POST", "/signals/\(sender)", headers, body: body))
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

extension SenderDesk {
  static let falco = """
    {"rule": "Shell", "time": "\(ISO8601DateFormatter().string(from: Date()))", "priority": "Critical",
    "output": "a shell", "output_fields": {"k8s.ns.name": "shop", "k8s.pod.name": "\(AccessDesk.shop)"}}
    """

  /// GitHub's form of a signature.
  static func hub(_ body: String) throws -> [String] {
    let key = try #require(WebhookKey(id: "test", hub: "whsec_" + Self.key))
    let code = key.signature(of: [Array(body.utf8)]).map { String(format: "%02x", $0) }
    return ["X-Hub-Signature-256: sha256=" + code.joined(), "Content-Type: application/json"]
  }

  static let time = ISO8601DateFormatter().string(from: Date())

  /// An event about the workload, in each of the modes of CloudEvents.
  static var events: [(body: String, headers: [String])] {
    let data = "{\"what\": \"a scan\"}"
    func event(_ id: String) -> String {
      """
      {"specversion": "1.0", "id": "\(id)", "source": "/scanner", "type": "found", "time": "\(time)",
      "spiffe": "\(AccessDesk.shop)", "data": \(data)}
      """
    }
    let binary = [
      "Content-Type: application/json", "ce-specversion: 1.0", "ce-id: b", "ce-source: /scanner",
      "ce-type: found", "ce-time: \(time)", "ce-spiffe: \(AccessDesk.shop)",
    ]
    return [
      (event("s"), ["Content-Type: application/cloudevents+json"]),
      ("[\(event("x")), \(event("y"))]", ["Content-Type: application/cloudevents-batch+json"]),
      (data, binary),
    ]
  }

  static let mapped = """
    {"items": [{"id": 7, "at": \(Int(Date().timeIntervalSince1970)),
    "labels": {"namespace": "bank", "pod": "ledger-1"}}]}
    """
}

extension EndToEndTests {
  @Test("every format comes in over the wire, and its labels lead to workloads")
  func formatsOfSenders() async throws {
    try await SenderDesk.with { senders in
      let own = try senders.desk.files(of: "scanner")
      let json = ["Content-Type: application/json"]
      let falco = try SenderDesk.hub(SenderDesk.falco)
      #expect(try await senders.deliver(SenderDesk.falco, to: "falco", falco)?.status == 202)
      #expect(
        try await senders.deliver(SenderDesk.falco + " ", to: "falco", falco)?.status == 401)
      for (body, headers) in SenderDesk.events {
        let answer = try await senders.deliver(body, to: "events", headers, certificate: own)
        #expect(answer?.status == 202, "\(headers): \(answer?.body ?? "")")
      }
      let mapped = try await senders.deliver(
        SenderDesk.mapped, to: "mapped", json, certificate: own)
      #expect(mapped?.status == 202, "\(mapped?.body ?? "")")

      let config = senders.desk.folder + "/f.yaml"
      let listed = try Program.flyball(
        "get", "incidents", "-o", "wide", "--socket", senders.desk.folder + "/s")
      let rows = listed.out.split(separator: "\n")
      for (sender, about) in [
        ("falco", AccessDesk.shop), ("events", AccessDesk.shop), ("mapped", "nobody"),
      ] {
        #expect(rows.contains { $0.contains(" \(sender) ") && $0.contains(about) }, "\(listed.out)")
      }
      #expect(rows.contains { $0.contains("k8s.pod.name=\(AccessDesk.shop)") }, "\(listed.out)")
      try Self.triedSignals(config, senders.desk.folder)
    }
  }

  /// `flyball signals test` says the same of a file, and of what is wrong with it.
  private static func triedSignals(_ config: String, _ folder: String) throws {
    func tried(_ body: String, by sender: String) throws -> Program.Output {
      try body.write(toFile: folder + "/body", atomically: true, encoding: .utf8)
      return try Program.flyball(
        "signals", "test", folder + "/body", "--config", config, "--sender", sender, "--socket",
        folder + "/s")
    }
    let good = try tried(SenderDesk.falco, by: "falco")
    #expect(good.status == 0 && good.out.contains("about \(AccessDesk.shop)"), "\(good)")
    #expect(good.out.contains("no policy answers it"))
    let nobody = try tried(SenderDesk.alert(1), by: "signer")
    #expect(nobody.status == 1 && nobody.out.contains("about nobody"), "\(nobody)")
    #expect(try tried("{", by: "signer").status == 1)
    let unknown = try tried("{}", by: "other")
    #expect(unknown.status == 2 && unknown.err.contains("other"), "\(unknown)")
    let token = try Program.flyball("signals", "token")
    #expect(token.status == 0 && token.out.hasPrefix("flyball_") && token.err.contains("sha256"))
  }

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
      #expect(answer == nil)
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
