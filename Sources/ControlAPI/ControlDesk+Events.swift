internal import Access
internal import ControlViews
internal import FeedbackLoop
internal import HTTPTypes
internal import Hummingbird
internal import LoopRuntime
internal import MeshModel
internal import NIOCore
internal import Synchronization

/// What happens, as it happens: server-sent events, whose ids are the numbers of the history's
/// records, so that a reader that was cut off goes on where it was.
extension ControlDesk {
  func events(_ request: Request, _ context: OperatorContext) async throws -> Response {
    _ = try ListQuery(request.uri, names: [])
    let from = try await beginning(request.headers)
    guard let follower = history.follow() else {
      throw Problem.unavailable("64 readers follow the events already")
    }
    let channel = context.channel
    channel.closeFuture.whenComplete { _ in follower.end() }
    let caller = context.operator
    return Response(
      status: .ok,
      headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        let pending = PendingWrite()
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask {
            // Who does not read for so long is cut off: what waits for it is held by the kernel only.
            while !pending.isOverdue { try await Task.sleep(for: .seconds(1)) }
            try await channel.close()
          }
          defer { group.cancelAll() }
          try await follow(follower.wakes, from: from, caller) { text in
            pending.begin()
            try await writer.write(ByteBuffer(string: text))
            pending.end()
          }
        }
        try await writer.finish(nil)
      })
  }

  private func follow(
    _ wakes: AsyncStream<Void>, from: Int64, _ caller: Operator,
    _ send: (String) async throws -> Void
  ) async throws {
    var last = from
    try await send(Self.status(StatusView(await loop.snapshot, self, for: caller), id: nil))
    try await catchUp(&last, caller, send)
    for await _ in wakes {
      let before = last
      try await catchUp(&last, caller, send)
      if last == before { try await send(": still here\n\n") }
    }
  }

  private func catchUp(
    _ last: inout Int64, _ caller: Operator, _ send: (String) async throws -> Void
  ) async throws {
    while true {
      let records = try await history.records(
        RecordFilter(.after(last)), limit: Self.recordsAtOnce)
      guard let newest = records.last?.number else { return }
      let visible = records.filter { caller.may(.events, in: $0.subject?.principal.namespace) }
      let actions = try await history.actions(Set(visible.compactMap(\.action)))
      let snapshot = await loop.snapshot
      let open = Dictionary(uniqueKeysWithValues: snapshot.openActions.map { ($0.id, $0) })
      for record in visible {
        guard let id = record.action else {
          try await send(Self.status(StatusView(snapshot, self, for: caller), id: record.number))
          continue
        }
        guard let action = open[id] ?? actions[id], !action.isSelfTest else { continue }
        if record.isFirst, action.detection.detector != .order {
          try await send(Self.event("alert", AlertView(action), id: nil))
        }
        let view = ActionView(action, fingerprint: snapshot.fingerprints[id])
        try await send(Self.event("action", view, id: record.number))
      }
      last = newest
      if records.count < Self.recordsAtOnce { return }
    }
  }

  /// After the record that the reader had last; else from now on.
  private func beginning(_ headers: HTTPFields) async throws -> Int64 {
    let newest = try await history.records(RecordFilter(.before(nil)), limit: 1).first?.number ?? 0
    guard let name = HTTPField.Name("Last-Event-ID"), let text = headers[name], !text.isEmpty
    else { return newest }
    guard let number = Int64(text), number >= 0 else {
      throw ListQuery.wrong("Last-Event-ID", "it must be the id of an event")
    }
    // Of another history, which was longer.
    return min(number, newest)
  }

  private static func status(_ view: StatusView, id: Int64?) -> String {
    event("status", view, id: id)
  }

  /// JSON has no line of its own, so nothing in it can end the event.
  private static func event(_ name: String, _ value: some Encodable, id: Int64?) -> String {
    let data = String(decoding: JSONAnswer.bytes(of: value), as: UTF8.self)
    return "event: \(name)\n" + (id.map { "id: \($0)\n" } ?? "") + "data: \(data)\n\n"
  }

  private static let recordsAtOnce = 200
}

/// Since when a reader has not taken what was written to it.
private final class PendingWrite: Sendable {
  private let since = Mutex<ContinuousClock.Instant?>(nil)

  func begin() { since.withLock { $0 = .now } }
  func end() { since.withLock { $0 = nil } }

  var isOverdue: Bool {
    since.withLock { $0.map { .now - $0 > .seconds(10) } ?? false }
  }
}
