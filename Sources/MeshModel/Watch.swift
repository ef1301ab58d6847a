/// Whose requests matter to the loop, and whose answers are partly our own doing.
package struct Watch: Hashable, Sendable {
  /// The subjects of open actions.
  package var followed: Set<Subject>
  /// Whose requests are refused, limited or rerouted, or were so lately that it is still reported.
  package var pressed: Set<Subject>
  /// Of the followed, whose requests a decoy may have answered.
  package var rerouted: Set<Subject>
  /// Whose callers without a certificate are refused now.
  package var tightened: Set<Subject>
  package init(
    followed: Set<Subject> = [], pressed: Set<Subject> = [], rerouted: Set<Subject> = [],
    tightened: Set<Subject> = []
  ) {
    self.followed = followed
    self.pressed = pressed
    self.rerouted = rerouted
    self.tightened = tightened
  }

  /// Whether anything of ours changes answers.
  package var isActing: Bool { !pressed.isEmpty || !tightened.isEmpty }
}
