internal import Access
internal import CurlHTTP
internal import DemoMesh
internal import Foundation
internal import Synchronization
internal import Testing

/// Other systems' alerts, to real Envoys and back.
enum SignalMesh {
  static let policy = """
    apiVersion: flyball.dev/v1alpha1
    kind: ResponsePolicy
    metadata: {name: alerts}
    spec:
      match: [{alert: {minSeverity: high}}]
      steps: [{action: throttle, with: {rate: 1/s, burst: 1}}]
      verify: {within: 3s}
      revert: {ttl: 60s, when: {scoreBelow: 0.4, for: 30s}}
      guardrails: {maxActive: 3, cooldown: 1s, maxTrafficShare: 1}

    """
  static let reports = "spiffe://shop.demo/ns/shop/sa/reports"
  static let key = "whsec_" + Data((0..<32).map { UInt8($0) }).base64EncodedString()

  /// A mesh with a listener for signals, a token of the sender `alertmanager`, and the port.
  static func with(
    notifications: String = "",
    _ body: @escaping @Sendable (MeshRun, _ url: String, _ token: String) async throws -> Void
  ) async throws {
    let token = try #require(
      AccessToken(random: (0..<AccessToken.randomBytes).map { _ in .random(in: .min ... .max) }))
    let port = FreePort.find(1)[0]
    try await TestMesh.with {
      $0.policies["alerts.yaml"] = policy
      let keyFile = FileManager.default.temporaryDirectory.path + "/flyball-key-\(port)"
      try key.write(toFile: keyFile, atomically: true, encoding: .utf8)
      $0.configuration = """
        signals:
          listen: 127.0.0.1:\(port)
          insecure: true
          senders:
            - name: alertmanager
              format: alertmanager
              workloads: [{identity: spiffe_id}, {identity: subject}]
              bearer:
                - id: "\(token.id)"
                  sha256: "\(token.digest.hexadecimal)"
                  expires: 2100-01-01T00:00:00Z
            - name: scanner
              format: alertmanager
              standardWebhooks: [{file: "\(keyFile)"}]
        \(notifications)
        """
    } _: { run, _ in
      try await body(run, "http://127.0.0.1:\(port)/signals/alertmanager", token.text)
    }
  }

  static func alert(_ number: Int, about identity: String = reports) -> [UInt8] {
    Array(
      """
      {"version": "4", "status": "firing", "alerts": [{"status": "firing",
      "labels": {"alertname": "Intrusion", "number": "\(number)", "severity": "critical",
      "spiffe_id": "\(identity)"}, "annotations": {}, "startsAt": "2026-01-01T00:00:00Z",
      "fingerprint": "\(number)"}]}
      """.utf8)
  }

  static func send(
    _ body: [UInt8], to url: String, _ headers: [String],
    on connection: HTTPConnection = HTTPConnection()
  ) async throws -> (status: Int, text: String) {
    let answer = try await connection.send(
      HTTPRequest(method: "POST", url: url, headers: headers, body: body))
    return (answer.status, answer.text)
  }

  /// Calls until it is let through or limited, as the status says.
  static func waitForStatus(_ status: Int, _ run: MeshRun) async throws {
    let connection = HTTPConnection()
    let request = run.mesh.request(from: "reports", to: "orders", path: "/export")
    try await run.wait(seconds: 20, for: "a call that gets \(status)") {
      await TestMesh.status(request, on: connection) == status
    }
  }

  /// Counts that several tasks make.
  final class Counts<Key: Hashable & Sendable>: Sendable {
    private let counts = Mutex<[Key: Int]>([:])

    var all: [Key: Int] { counts.withLock { $0 } }

    /// How many keys there are with this one.
    @discardableResult
    func add(_ key: Key) -> Int {
      counts.withLock {
        $0[key, default: 0] += 1
        return $0.count
      }
    }
  }
}
