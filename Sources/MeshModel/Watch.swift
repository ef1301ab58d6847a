/// Whose requests matter to the loop, and whose answers are partly our own doing.
package struct Watch: Hashable, Sendable {
  /// The subjects of open actions.
  package var followed: Set<Subject>
  /// Whose requests are denied, or were so lately that it is still reported; likewise limited.
  package var denied: Set<Subject>
  package var limited: Set<Subject>
  /// Whose requests a decoy may have answered.
  package var rerouted: Set<Subject>
  /// Whose callers without a certificate are refused now.
  package var tightened: Set<Subject>

  package init(
    followed: Set<Subject> = [], denied: Set<Subject> = [], limited: Set<Subject> = [],
    rerouted: Set<Subject> = [], tightened: Set<Subject> = []
  ) {
    self.followed = followed
    self.denied = denied
    self.limited = limited
    self.rerouted = rerouted
    self.tightened = tightened
  }

  /// Of whose requests any do not arrive as they were sent.
  package var pressed: Set<Subject> { denied.union(limited).union(rerouted) }

  /// Whether anything of ours changes answers.
  package var isActing: Bool { !pressed.isEmpty || !tightened.isEmpty }
}
