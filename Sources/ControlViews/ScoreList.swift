/// The highest scores first.
package struct ScoreList: Codable, Equatable, Sendable {
  package var schemaVersion = 1
  package var at: String?
  package var scores: [ScoreView]
  package var next: String?

  package init(at: String?, scores: [ScoreView], next: String?) {
    self.at = at
    self.scores = scores
    self.next = next
  }
}
