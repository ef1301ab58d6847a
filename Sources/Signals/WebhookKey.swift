internal import Crypto
package import MeshModel
internal import TransparencyLog

/// A secret that a sender signs with; what describes it never shows it.
package struct WebhookKey: Sendable, CustomStringConvertible, CustomReflectable {
  /// Its name in logs.
  package let id: String
  private let secret: [UInt8]
  /// When a key that was replaced ends.
  package let notAfter: Timestamp?

  /// As Standard Webhooks writes it, `whsec_` and 24 to 64 bytes in base 64.
  package init?(id: String, standardWebhooks text: String, notAfter: Timestamp? = nil) {
    guard text.hasPrefix(Self.prefix), text.utf8.count <= 128,
      let secret = Base64.bytes(Array(text.utf8.dropFirst(Self.prefix.utf8.count))),
      SignalBounds.keyBytes.contains(secret.count)
    else { return nil }
    self.init(id: id, secret: secret, notAfter: notAfter)
  }

  /// As GitHub takes it: any text, here of at least 16 bytes.
  package init?(id: String, hub text: String, notAfter: Timestamp? = nil) {
    guard SignalBounds.hubKeyBytes.contains(text.utf8.count) else { return nil }
    self.init(id: id, secret: Array(text.utf8), notAfter: notAfter)
  }

  private init(id: String, secret: [UInt8], notAfter: Timestamp?) {
    self.id = id
    self.secret = secret
    self.notAfter = notAfter
  }

  package var description: String { "key \(id)" }
  package var customMirror: Mirror { Mirror(self, children: []) }

  /// HMAC-SHA256 of the parts, one after the other.
  package func signature(of parts: [[UInt8]]) -> [UInt8] {
    var code = HMAC<SHA256>(key: SymmetricKey(data: secret))
    for part in parts { code.update(data: part) }
    return Array(code.finalize())
  }

  package func isLive(at now: Timestamp) -> Bool {
    notAfter.map { now < $0 } ?? true
  }

  private static let prefix = "whsec_"
}
