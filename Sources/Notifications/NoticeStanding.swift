/// How all receivers stand, for those who look.
package struct NoticeStanding: Hashable, Sendable {
  package struct Receiver: Hashable, Sendable {
    package let name: String
    package let waiting: Int
    package let tally: NoticeTally
  }

  /// By name.
  package let receivers: [Receiver]
  /// The latest last.
  package let deadLetters: [DeadLetter]
}
