package import Access
package import MeshModel

/// Whom notices go to, how, and of what.
package struct NoticeReceiver: Hashable, Sendable {
  package enum Method: Hashable, Sendable {
    case alertmanager
    /// Signed with each key of the file.
    case standardWebhooks(keysFile: String)
    case slack
    case cloudEvents

    /// As configurations name it.
    package enum Kind: String, CaseIterable {
      case alertmanager
      case standardWebhooks = "standard-webhooks"
      case slack
      case cloudEvents = "cloud-events"
    }

    package var kind: Kind {
      switch self {
      case .alertmanager: .alertmanager
      case .standardWebhooks: .standardWebhooks
      case .slack: .slack
      case .cloudEvents: .cloudEvents
      }
    }
  }

  package enum Place: Hashable, Sendable {
    case address(WebAddress)
    /// A file that holds the address, where that is the secret.
    case file(String)
  }

  package var name: String
  package var method: Method
  package var place: Place
  /// A PEM file of the authorities that may vouch for it; nil for those of the machine.
  package var roots: String?
  /// A file with the token that it asks for.
  package var tokenFile: String?
  package var kinds: Set<NoticeKind>
  package var minimumSeverity: SigmaLevel?
  package var wording: NoticeWording
  /// An Alertmanager among the receivers, whose silences hold here.
  package var silencedBy: String?

  package init(
    name: String, method: Method, place: Place, roots: String? = nil, tokenFile: String? = nil,
    kinds: Set<NoticeKind> = NoticeReceiver.usualKinds, minimumSeverity: SigmaLevel? = nil,
    wording: NoticeWording = NoticeWording(), silencedBy: String? = nil
  ) {
    self.name = name
    self.method = method
    self.place = place
    self.roots = roots
    self.tokenFile = tokenFile
    self.kinds = kinds
    self.minimumSeverity = minimumSeverity
    self.wording = wording
    self.silencedBy = silencedBy
  }

  /// All but detections by themselves, which policies that only observe make in numbers; tests are
  /// sent past all this.
  package static let usualKinds = Set(NoticeKind.allCases).subtracting([.detectionFired, .test])

  /// Whether it is told of open matters again and again until they are over.
  package var isReminded: Bool { method == .alertmanager }

  func wants(_ notice: Notice) -> Bool {
    if let minimumSeverity, let severity = notice.severity, severity < minimumSeverity {
      return false
    }
    // What fires is told its end, which ends nothing where nothing fired.
    return kinds.contains(notice.kind) || isReminded && notice.matter.isOver
  }
}
