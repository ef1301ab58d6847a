internal import MeshModel

extension SignalEntry {
  /// What its record takes, in parts of 1 KiB.
  var weight: Int {
    guard case .began(let item) = change else { return 1 }
    return item.signal.kibibytes
  }

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

extension Signal {
  /// What it takes, begun parts of 1 KiB.
  var kibibytes: Int {
    let bytes = labels.reduce(text.utf8.count + title.utf8.count) {
      $0 + $1.key.utf8.count + $1.value.utf8.count
    }
    return 1 + bytes / 1_024
  }
}
