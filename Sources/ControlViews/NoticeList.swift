/// Who is told what happens, and what they were not told.
package struct NoticeList: Codable, Equatable, Sendable {
  /// Counts are since the start.
  package struct Receiver: Codable, Equatable, Sendable {
    package var name: String
    package var waiting: Int
    package var told: Int
    package var failed: Int
    package var silenced: Int
    package var dead: Int

    package init(
      name: String, waiting: Int, told: Int, failed: Int, silenced: Int, dead: Int
    ) {
      self.name = name
      self.waiting = waiting
      self.told = told
      self.failed = failed
      self.silenced = silenced
      self.dead = dead
    }
  }

  package struct DeadLetter: Codable, Equatable, Sendable {
    package var receiver: String
    package var notice: String
    package var event: String
    package var matter: String
    package var subject: String?
    package var title: String
    package var happened: String
    package var attempts: Int
    package var reason: String
    /// When it was given up.
    package var at: String

    package init(
      receiver: String, notice: String, event: String, matter: String, subject: String?,
      title: String, happened: String, attempts: Int, reason: String, at: String
    ) {
      self.receiver = receiver
      self.notice = notice
      self.event = event
      self.matter = matter
      self.subject = subject
      self.title = title
      self.happened = happened
      self.attempts = attempts
      self.reason = reason
      self.at = at
    }
  }

  package var schemaVersion = 1
  /// By name.
  package var receivers: [Receiver]
  /// The latest first.
  package var deadLetters: [DeadLetter]
  package var next: String?

  package init(receivers: [Receiver], deadLetters: [DeadLetter], next: String?) {
    self.receivers = receivers
    self.deadLetters = deadLetters
    self.next = next
  }
}
