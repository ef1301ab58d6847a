internal import ConfigurationYAML
internal import LoopRuntime
internal import MeshModel
internal import Notifications
internal import NotificationsHTTP
internal import ReferencesFile

/// A file that is replaced as a whole is what the book of notices needs as well.
extension ReferenceFile: NoticeStore {}

extension Daemon {
  /// Who tells receivers what happens: one, if there are any.
  func noticeSenders(
    _ feed: RecordFeed, _ loop: Loop, now: @escaping @Sendable () -> Timestamp
  ) async throws -> [NoticeSender] {
    guard let terms = configuration.notifications, let follower = feed.follow() else { return [] }
    return [
      try await NoticeSender(
        terms, history: feed, store: ReferenceFile(path: configuration.notices),
        wakes: follower.wakes, stopped: { await loop.snapshot.unsafe },
        random: { .random(in: .min ... .max) }, now: now)
    ]
  }
}
