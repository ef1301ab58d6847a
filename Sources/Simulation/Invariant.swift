/// What must hold whatever goes wrong, as far as a run can show it.
package enum Invariant: String, CaseIterable, Sendable {
  case recordFirst = "record first"
  case everyIntentEnds = "every intent ends, once, in bounded time"
  case asymmetry = "release needs neither store, telemetry nor permission"
  case deadline = "every enforcement carries a deadline within the policy's maximum"
  case deadController = "what is enforced ends with its deadline, controller or not"
  case noExtension = "a deadline is moved out only by an operator, recorded first and within bounds"
  case caps = "live enforcements stay within their caps"
  case protectedSet = "protected identities are never targets"
  case noEmptyTarget = "nothing is enforced where nobody can enforce it"
  case outputBelowInput = "no action without a detection of its own"
  case twoWitnesses = "no single reporter has another identity quarantined"
  case ownEffects = "what Flyball stopped is no evidence"
  case silence = "silence and overload are neither attack nor recovery"
  case oneAction = "one incident has one action"
  case verifiedMeansSeen = "effective means that every proxy in scope enforces it"
  case noGhosts = "nothing unknown is enforced"
  case releaseVerified = "what is closed is enforced nowhere, or the ending says where it may be"
  case stopWorks = "a pause stops new enforcement, and releases go on"
  case cooldown = "what was just released is left alone for the cooldown"
  case planCheck = "the plan check never has to object"
  case settles = "once faults stop, attacks are contained, and after them all is at baseline"
}

package struct Violation: Hashable, Sendable {
  package var invariant: Invariant
  package var text: String
  /// Milliseconds of the run.
  package var at: Int64
}
