package import MeshModel

/// Something that people or other systems are told.
package struct Notice: Hashable, Sendable, Codable {
  /// What it is part of: an action, a detection, the loop itself.
  package struct Matter: Hashable, Sendable, Codable {
    package enum Standing: Hashable, Sendable, Codable {
      /// Until then at the latest, if nothing more is told.
      case open(until: Timestamp)
      case over(at: Timestamp)
    }

    package let id: String
    package let began: Timestamp
    package let standing: Standing

    package init(id: String, began: Timestamp, standing: Standing) {
      self.id = id
      self.began = began
      self.standing = standing
    }

    package var isOver: Bool {
      switch standing {
      case .open: false
      case .over: true
      }
    }
  }

  /// The same in every attempt and after a restart, so that a receiver knows a repetition.
  package let id: String
  package let kind: NoticeKind
  package let at: Timestamp
  /// Which Flyball tells it.
  package let origin: String
  package let matter: Matter
  /// Whether a human must look, whatever becomes of the matter.
  package let needsHuman: Bool
  /// Whom it is about, and by which policy.
  package let subject: String?
  package let policy: String?
  /// The same in all notices of a matter: it is one of the labels that Alertmanager knows it by.
  package let severity: SigmaLevel?
  package var title: String
  package var text: String
  /// Where an operator sees more.
  package let link: String?

  package init(
    id: String, kind: NoticeKind, at: Timestamp, origin: String, matter: Matter,
    needsHuman: Bool = false, subject: String? = nil, policy: String? = nil,
    severity: SigmaLevel? = nil, title: String, text: String, link: String? = nil
  ) {
    self.id = id
    self.kind = kind
    self.at = at
    self.origin = origin
    self.matter = matter
    self.needsHuman = needsHuman
    self.subject = subject
    self.policy = policy
    self.severity = severity
    self.title = title
    self.text = text
    self.link = link
  }

  /// What Alertmanager knows it under.
  package var alertNames: [String] {
    needsHuman ? [kind.alertName, Self.attention] : [kind.alertName]
  }

  /// Whether nothing begins with it.
  package var isOnlyAnEnd: Bool { matter.isOver && !needsHuman }

  /// Of these those that fire when silences are asked about: an end is asked about before it is told.
  package var askedNames: [String] {
    matter.isOver && needsHuman ? [Self.attention] : alertNames
  }

  /// The alert that a human must look.
  static let attention = "FlyballAttention"
}
