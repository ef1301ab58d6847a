package import MeshModel

/// Something that people or other systems are told.
package struct Notice: Hashable, Sendable, Codable {
  /// What it is part of: an action, an incident, a detection.
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
  }

  /// The same in every attempt, so that a receiver knows a repetition.
  package let id: String
  package let kind: NoticeKind
  package let at: Timestamp
  package let matter: Matter
  /// Whom it is about, and by which policy.
  package let subject: String?
  package let policy: String?
  /// The same in all notices of a matter: it is one of the labels that Alertmanager knows it by.
  package let severity: SigmaLevel?
  package let title: String
  package let text: String
  /// Where an operator sees more.
  package let link: String?

  package init(
    id: String, kind: NoticeKind, at: Timestamp, matter: Matter, subject: String? = nil,
    policy: String? = nil, severity: SigmaLevel? = nil, title: String, text: String,
    link: String? = nil
  ) {
    self.id = id
    self.kind = kind
    self.at = at
    self.matter = matter
    self.subject = subject
    self.policy = policy
    self.severity = severity
    self.title = title
    self.text = text
    self.link = link
  }
}
