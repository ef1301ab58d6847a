/// What a request showed of our actions beside its outcome, or without having one.
///
/// A request of a peer without a certificate is nobody's and is not observed; what became of it still
/// tells whether its destination is tightened.
package struct RequestMark: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// It passed; enforced, the action would have stopped it.
    case wouldDeny(ActionID)
    /// It passed; enforced, the action would have sent it elsewhere.
    case wouldReroute(ActionID)
    /// It came without a certificate and was denied.
    case denied(by: ActionID)
    /// It came without a certificate and was served.
    case admitted
  }

  package var kind: Kind
  package var start: Timestamp
  /// Position in `ObservationBatch.names` of whom the action is about: the caller, or, of a request
  /// without a certificate, the called.
  package var subjectName: UInt16

  package init(_ kind: Kind, start: Timestamp, subjectName: UInt16) {
    self.kind = kind
    self.start = start
    self.subjectName = subjectName
  }
}
