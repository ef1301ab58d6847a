/// The mark of what Flyball itself tells others.
///
/// A label of its alerts, an attribute of its CloudEvents and a member of its webhooks' data bear this
/// name; the value says which Flyball it was. A signal with it is not taken, whichever Flyball it is
/// from: two that told each other would not end.
package enum OwnMark {
  package static let name = "flyball"
}
