internal import MeshModel

extension SignalEntry {
  /// What happened to the signal, as the history tells it.
  package var wording: String {
    switch change {
    case .began(let item):
      let signal = item.signal
      let severity = signal.severity?.rawValue ?? "no severity"
      return "\(key.sender): '\(signal.title)' (\(severity)) about \(item.attribution); \(key.id)"
    case .repeated: return "\(key.sender): still firing; \(key.id)"
    case .resolved: return "\(key.sender): resolved; \(key.id)"
    case .expired: return "\(key.sender): not repeated in time; \(key.id)"
    }
  }
}
