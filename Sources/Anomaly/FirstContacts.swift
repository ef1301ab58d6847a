internal import MeshModel

/// The first contacts of one subject, remembered so that each counts once, with who reported it.
struct FirstContacts: Sendable {
  enum Report: Hashable, Sendable {
    case new
    /// A second, distinct reporter saw the same failure.
    case corroborates
    case known
  }

  private struct Contact: Sendable {
    var reporter: SPIFFEID
    var failed: Bool
    var corroborated = false
  }

  private var contacts: [UInt64: Contact] = [:]
  /// Keys in order of arrival, as a ring once the bound is reached.
  private var order: [UInt64] = []
  private var oldest = 0

  mutating func report(_ key: UInt64, failed: Bool, by reporter: SPIFFEID) -> Report {
    if let known = contacts[key] {
      guard known.failed, failed, !known.corroborated, known.reporter != reporter else {
        return .known
      }
      contacts[key]?.corroborated = true
      return .corroborates
    }
    remember(key)
    contacts[key] = Contact(reporter: reporter, failed: failed)
    return .new
  }

  private mutating func remember(_ key: UInt64) {
    guard order.count == ScoringBounds.trialsPerSubject else {
      order.append(key)
      return
    }
    contacts[order[oldest]] = nil
    order[oldest] = key
    oldest = (oldest + 1) % order.count
  }
}
