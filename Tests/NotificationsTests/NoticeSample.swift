internal import MeshModel
internal import Notifications

enum NoticeSample {
  static let now = Timestamp(rfc3339: "2026-11-22T09:00:00Z") ?? Timestamp(seconds: 0)

  static func notice(
    _ id: String = "n-1", _ kind: NoticeKind = .actionApplied,
    standing: Notice.Matter.Standing = .open(until: now.adding(milliseconds: 900_000)),
    title: String = "Quarantine of web", text: String = "lateral movement, score 0.999"
  ) -> Notice {
    Notice(
      id: id, kind: kind, at: now,
      matter: .init(
        id: "fb-000000000001", began: now.adding(milliseconds: -200), standing: standing),
      subject: "spiffe://cluster.local/ns/shop/sa/web", policy: "lateral-movement",
      severity: .critical, title: title, text: text, link: "https://flyball.example/actions/1")
  }
}
