/// How the loop's tests of itself stand. Times are RFC 3339 in UTC.
package struct SelfTestView: Codable, Equatable, Sendable {
  package struct Run: Codable, Equatable, Sendable {
    package var action: String
    package var began: String
    package var seconds: Double
    /// passed, failed or broken-off.
    package var outcome: String
    /// Where it failed.
    package var stage: String?
    package var text: String
    /// What to do; nil where nothing is to be done.
    package var remedy: String?
    package var stages: [Stage]

    package init(
      action: String, began: String, seconds: Double, outcome: String, stage: String?,
      text: String, remedy: String?, stages: [Stage]
    ) {
      self.action = action
      self.began = began
      self.seconds = seconds
      self.outcome = outcome
      self.stage = stage
      self.text = text
      self.remedy = remedy
      self.stages = stages
    }
  }

  package struct Stage: Codable, Equatable, Sendable {
    package var stage: String
    package var seconds: Double

    package init(stage: String, seconds: Double) {
      self.stage = stage
      self.seconds = seconds
    }
  }

  package var everySeconds: Double
  /// The stage that is awaited; nil while no test runs.
  package var running: String?
  package var due: String?
  /// What holds a due test back.
  package var heldBack: String?
  package var last: Run?
  package var lastPassed: String?
  /// The same in microseconds since 1970.
  package var lastPassedMicroseconds: Int64?

  package init(
    everySeconds: Double, running: String?, due: String?, heldBack: String?, last: Run?,
    lastPassed: String?, lastPassedMicroseconds: Int64?
  ) {
    self.everySeconds = everySeconds
    self.running = running
    self.due = due
    self.heldBack = heldBack
    self.last = last
    self.lastPassed = lastPassed
    self.lastPassedMicroseconds = lastPassedMicroseconds
  }
}
