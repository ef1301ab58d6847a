internal import MeshModel
internal import Signals

extension ConfigurationFile {
  /// For each sender of signals, until when it can prove its deliveries. One that no longer can is no
  /// reason not to start.
  func senderChecks(at now: Timestamp) -> [ConfigurationCheck] {
    (configuration.signals?.senders ?? []).map { sender in
      let what = "sender \(sender.name)"
      guard let end = sender.proof.end else {
        return ConfigurationCheck(what: what, outcome: .sound("nothing of its proof ends"))
      }
      guard now < end else {
        return check(
          what, .signals,
          doubtful: "\(what): its last token or key ended at \(end.rfc3339), so all it sends is"
            + " refused with 401", fix: "flyball signals token, or a new key file")
      }
      let days = Int64(end.milliseconds(since: now) / 86_400_000)
      guard days >= Self.soonDays else {
        return check(
          what, .signals,
          doubtful: "\(what): its last token or key ends at \(end.rfc3339)",
          fix: "put a second one beside it, and give that to the sender")
      }
      return ConfigurationCheck(what: what, outcome: .sound("proved for another \(days) days"))
    }
  }

  private static let soonDays: Int64 = 7
}

extension SignalSettings.Proof {
  /// When the last of its tokens or keys ends; nil where one has no end.
  fileprivate var end: Timestamp? {
    switch self {
    case .bearer(let tokens): tokens.map(\.expires).max()
    case .hubSignature(let keys), .standardWebhooks(let keys):
      keys.contains { $0.notAfter == nil } ? nil : keys.compactMap(\.notAfter).max()
    case .certificate: nil
    }
  }
}
