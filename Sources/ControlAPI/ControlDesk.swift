package import ControlViews
package import LoopRuntime
package import MeshModel
package import Notifications
package import ThreatIntelligence

/// All that the operators' interface looks at and hands orders to, on whichever listener.
package struct ControlDesk: Sendable {
  let loop: Loop
  let history: RecordFeed
  let recorder: Recorder
  let rules: RuleLane?
  let surveyor: Surveyor
  /// Nil where no other system's alerts are taken in.
  let signals: SignalLane?
  let daemon: DaemonView
  /// Nil where nobody is told anything.
  let notices: @Sendable () async -> NoticeStanding?
  /// Empty where none are fetched.
  let feeds: @Sendable () -> [FeedStanding]
  /// What an enforcement is, written out, by the name of the object.
  let objects: @Sendable (Enforcement) -> [(name: String, text: String)]
  let now: @Sendable () -> Timestamp
  let newID: @Sendable () -> ActionID
  /// One table for all listeners: an order that was sent over one is not repeated over another.
  let answers = AnswerTable()
  let exports = ExportSeats()

  package init(
    loop: Loop, history: RecordFeed, recorder: Recorder, rules: RuleLane?, surveyor: Surveyor,
    signals: SignalLane?,
    daemon: DaemonView, notices: @escaping @Sendable () async -> NoticeStanding?,
    feeds: @escaping @Sendable () -> [FeedStanding],
    objects: @escaping @Sendable (Enforcement) -> [(name: String, text: String)],
    now: @escaping @Sendable () -> Timestamp, newID: @escaping @Sendable () -> ActionID
  ) {
    self.loop = loop
    self.history = history
    self.recorder = recorder
    self.rules = rules
    self.surveyor = surveyor
    self.signals = signals
    self.daemon = daemon
    self.notices = notices
    self.feeds = feeds
    self.objects = objects
    self.now = now
    self.newID = newID
  }
}
