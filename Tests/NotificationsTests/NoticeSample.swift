internal import MeshModel
internal import Notifications

enum NoticeSample {
  static let now = Timestamp(rfc3339: "2026-11-22T09:00:00Z") ?? Timestamp(seconds: 0)

  static func notice(
    _ id: String = "n-1", _ kind: NoticeKind = .actionApplied, matter: String = "fb-000000000001",
    standing: Notice.Matter.Standing = .open(until: now.adding(milliseconds: 900_000)),
    needsHuman: Bool = false, severity: SigmaLevel? = .critical,
    title: String = "Quarantine of web", text: String = "lateral movement, score 0.999"
  ) -> Notice {
    Notice(
      id: id, kind: kind, at: now, origin: "prod",
      matter: .init(
        id: matter, began: now.adding(milliseconds: -200), standing: standing),
      needsHuman: needsHuman,
      subject: "spiffe://cluster.local/ns/shop/sa/web", policy: "lateral-movement",
      severity: severity, title: title, text: text, link: "https://flyball.example/actions/1")
  }

  static func receiver(
    _ name: String, _ method: NoticeReceiver.Method = .slack
  ) -> NoticeReceiver {
    NoticeReceiver(
      name: name, method: method, place: .file("/nowhere"), kinds: NoticeReceiver.usualKinds)
  }
}
