package import MeshModel

/// A start hears of ends once more: that the loop had let go for them may not have become durable.
extension SignalDesk {
  /// Has it keep how an alert ends that led to an action, from the entries that are restored next.
  package mutating func follow(_ alert: MatchedAlert, against subject: SPIFFEID) {
    followed[subject, default: FollowedEnds()].incidents.insert(alert.incident)
  }

  /// Takes up an entry of the history, in its order.
  package mutating func restore(_ entry: SignalEntry) {
    for effect in apply(entry) { note(effect) }
  }

  /// What is over of an alert that led to an action, but for what merely expired: the incident, and the
  /// word of each sender that is no voice any more. Who is none of the `senders` has no word at all.
  package func ends(
    of alert: MatchedAlert, against subject: SPIFFEID, among senders: Set<String>
  ) -> Set<EndedAlert> {
    let ends = followed[subject]
    var over = Set(
      alert.senders.compactMap { sender in
        // Of who is gone no incident was read.
        senders.contains(sender)
          ? ends?.resolved[sender] : EndedAlert(incident: "", sender: sender)
      })
    let isOpen =
      books[alert.sender]?.incidents.values.contains { $0.id.description == alert.incident }
    if isOpen != true, ends?.expired.contains(alert.incident) != true {
      over.insert(EndedAlert(incident: alert.incident, sender: alert.sender))
    }
    return over
  }

  private mutating func note(_ effect: DeskEffect) {
    switch effect {
    case .raise(let evidence):
      let sender = evidence.incident.first.sender
      guard followed[evidence.subject] != nil, isVoice(sender, about: evidence.subject) else {
        return
      }
      followed[evidence.subject]?.resolved[sender] = nil
    case .lessen(let incident, let subject), .release(let incident, let subject, .resolved):
      let sender = incident.first.sender
      guard followed[subject] != nil, !isVoice(sender, about: subject) else { return }
      followed[subject]?.resolved[sender] = EndedAlert(incident)
    case .release(let incident, let subject, .expired):
      guard followed[subject]?.incidents.contains(incident.description) == true else { return }
      followed[subject]?.expired.insert(incident.description)
    case .record, .answer: break
    }
  }

  private func isVoice(_ sender: String, about subject: SPIFFEID) -> Bool {
    books[sender]?.incidents.values.contains { $0.key.subject.subject == subject && $0.isVoice }
      ?? false
  }
}
