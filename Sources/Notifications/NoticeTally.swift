/// What became of the attempts to tell one receiver, since the start.
package struct NoticeTally: Hashable, Sendable {
  package var told = 0
  /// Attempts that are made again later, and reminders that are not.
  package var failed = 0
  package var silenced = 0
  package var dead = 0

  package init() {}
}
