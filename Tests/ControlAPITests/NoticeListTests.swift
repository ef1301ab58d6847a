internal import ControlViews
internal import CurlHTTP
internal import Foundation
internal import MeshModel
internal import Notifications
internal import Testing

struct NoticeListTests {
  private static let now = Timestamp(rfc3339: "2026-11-22T09:00:00Z") ?? Timestamp(seconds: 0)

  private static func notice(_ id: String, namespace: String) -> Notice {
    Notice(
      id: id, kind: .actionApplied, at: now, origin: "prod",
      matter: .init(id: "fb-000000000001", began: now, standing: .open(until: now)),
      subject: "spiffe://shop.demo/ns/\(namespace)/sa/web", title: "t", text: "")
  }

  /// Two receivers, one of which refused two notices.
  private static let standing: NoticeStanding = {
    var outbox = NoticeOutbox(receivers: [
      NoticeReceiver(name: "chat", method: .slack, place: .file("f")),
      NoticeReceiver(name: "hook", method: .cloudEvents, place: .file("f")),
    ])
    for (id, namespace) in [("1", "shop"), ("2", "bank")] {
      _ = outbox.handle(
        .notice(notice(id, namespace: namespace), record: nil), random: 0, at: now)
      _ = outbox.handle(
        .sent(
          receiver: "hook", noticeID: id, attempt: 1,
          .answered(status: 410, retryAfterSeconds: nil)), random: 0, at: now)
    }
    return outbox.standing
  }()

  @Test("receivers are listed with what waits for them, and what they were not told, latest first")
  func list() async throws {
    try await ServedDesk.with(notices: Self.standing) { served in
      let list: NoticeList = try await served.decoded("/v1/notices")
      #expect(list.receivers.map(\.name) == ["chat", "hook"])
      #expect(list.receivers.map(\.waiting) == [2, 0] && list.receivers.map(\.dead) == [0, 2])
      #expect(list.deadLetters.map(\.notice) == ["2", "1"])
      #expect(list.deadLetters[0].reason == "the receiver answered with status 410")
      let first: NoticeList = try await served.decoded("/v1/notices?limit=1")
      #expect(first.deadLetters.map(\.notice) == ["2"] && first.next == "1")
      let chat: NoticeList = try await served.decoded("/v1/notices?receiver=chat")
      #expect(chat.receivers.map(\.name) == ["chat"] && chat.deadLetters.isEmpty)
    }
  }

  @Test("receivers and what they were told of all namespaces is for those who see the whole mesh")
  func visibility() async throws {
    try await ServedDesk.with(notices: Self.standing) { served in
      func list(_ caller: ServedDesk.Caller) async throws -> NoticeList {
        try JSONDecoder().decode(
          NoticeList.self, from: Data(try await served.get("/v1/notices", as: caller).body))
      }
      for caller in [ServedDesk.Caller.viewer, .admin] {
        let all = try await list(caller)
        #expect(all.receivers.map(\.name) == ["chat", "hook"])
        #expect(all.deadLetters.map(\.notice) == ["2", "1"])
        #expect(try await served.get("/", as: caller).text.contains("chat"))
      }
      for caller in [ServedDesk.Caller.shopViewer, .shopOperator] {
        let own = try await list(caller)
        #expect(own.receivers.isEmpty, "\(own.receivers)")
        #expect(own.deadLetters.map(\.notice) == ["1"])
        #expect(try await !served.get("/", as: caller).text.contains("chat"))
      }
    }
  }
}
