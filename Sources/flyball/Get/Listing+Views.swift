internal import ControlViews
internal import Foundation

extension Listing {
  init(_ actions: [ActionView], _ status: StatusView) {
    self.init(
      heading: ["ACTION", "STATE", "STAGE", "SUBJECT", "PROOF", "ENDS", "POLICY"],
      more: ["DETECTOR", "VERDICT", "REASON"],
      rows: actions.map { action in
        Row(
          name: action.id,
          cells: [
            action.id, action.state, action.stage, action.subject, action.proof,
            String(action.notAfter.dropLast(8)) + "Z", action.policy,
          ],
          more: [action.detector, action.verdict ?? "-", action.reason ?? "-"])
      }, whenEmpty: "No actions yet.")
    if status.paused { notes.append("Flyball is paused: no new action starts") }
    if let unsafe = status.unsafe { notes.append("Flyball does not act: \(Terminal.safe(unsafe))") }
  }

  init(_ nodes: [NodeView]) {
    self.init(
      heading: ["NODE", "ENVOY", "CONTROL", "LOGS", "FILTERS", "IDENTITY"],
      more: ["STREAMS", "DROPPED", "LACKS"],
      rows: nodes.map { node in
        Row(
          name: node.node,
          cells: [
            node.node, node.version ?? "-", node.attached ? "attached" : "detached",
            node.reporting ? (node.gateway ? "gateway" : "open") : "silent",
            Self.pairs(node.filters), node.principal,
          ],
          more: [
            "\(node.logStreams)", node.dropped.map { "\($0)" } ?? "-",
            Self.pairs(node.incapacities),
          ])
      }, whenEmpty: "No proxy is connected.")
  }

  init(_ rules: [RuleView]) {
    self.init(
      heading: ["RULE", "LEVEL", "KIND", "MATCHES", "LAST", "TITLE"],
      more: ["ID", "AUTHOR", "LICENCE", "FILE"],
      rows: rules.map { rule in
        Row(
          name: rule.name,
          cells: [
            rule.name, rule.level ?? "-", rule.kind, rule.matches.map { "\($0)" } ?? "-",
            rule.lastMatch ?? "-", rule.title,
          ],
          more: [rule.id, rule.author ?? "-", rule.license ?? "-", rule.file])
      }, whenEmpty: "No Sigma rules are loaded.")
  }

  init(_ list: NoticeList) {
    self.init(
      heading: ["RECEIVER", "WAITING", "TOLD", "FAILED", "SILENCED", "DEAD"],
      rows: list.receivers.map { receiver in
        Row(
          name: receiver.name,
          cells: [receiver.name]
            + [
              receiver.waiting, receiver.told, receiver.failed, receiver.silenced, receiver.dead,
            ].map { "\($0)" })
      }, whenEmpty: "No receivers are configured.")
    notes = list.deadLetters.map { letter in
      Terminal.safe(
        "\(letter.receiver) was not told at \(letter.at): \(letter.title) (\(letter.matter)):"
          + " \(letter.reason)")
    }
  }

  init(feedsOf status: StatusView) {
    let feeds = status.feeds ?? []
    self.init(
      heading: ["FEED", "INDICATORS", "STANDS", "CONFIRMED", "EVERY", "FAILED"],
      more: ["REFUSED", "REASON"],
      rows: feeds.map { feed in
        Row(
          name: feed.name,
          cells: [
            feed.name, "\(feed.indicators)", feed.condition(at: status.microseconds).rawValue,
            feed.confirmed.map { String($0.dropLast(8)) + "Z" } ?? "-", "\(feed.everySeconds)s",
            "\(feed.failures)",
          ], more: ["\(feed.refused)", feed.refusal ?? "-"])
      }, whenEmpty: "No feeds are configured.")
    notes = feeds.compactMap { feed in
      feed.advice(at: status.microseconds).map { advice in
        let condition = feed.condition(at: status.microseconds).rawValue
        return Terminal.safe("\(feed.name): \(feed.refusal ?? condition). What to do: \(advice)")
      }
    }
  }

  init(_ incidents: [IncidentView]) {
    self.init(
      heading: ["OPENED", "SENDER", "NAME", "SEVERITY", "SIGNALS", "ABOUT"],
      more: ["TITLE", "LABELS", "LINKS", "INCIDENT"],
      rows: incidents.map { incident in
        Row(
          name: incident.id,
          cells: [
            incident.opened, incident.sender, incident.name.isEmpty ? "(flood)" : incident.name,
            incident.severity ?? "-", "\(incident.firing)", incident.about,
          ],
          more: [
            incident.title, incident.labelText.isEmpty ? "-" : incident.labelText,
            incident.links.isEmpty ? "-" : incident.links.joined(separator: " "), incident.id,
          ])
      }, whenEmpty: "No other system reports anything.")
  }

  init(_ test: SelfTestView?) {
    self.init(
      heading: ["STAGE", "SECONDS"], rows: [],
      whenEmpty: "None was made yet.")
    guard let test else {
      whenEmpty = "The loop does not test itself: selfTest.every is off, or no proxy has a probe."
      return
    }
    if let reason = test.heldBack { notes.append("The next waits: \(Terminal.safe(reason))") }
    guard let last = test.last else { return }
    notes.append(Terminal.safe("Self-test \(last.action), begun at \(last.began): \(last.text)"))
    if let remedy = last.remedy { notes.append("What to do: \(remedy)") }
    rows = last.stages.map { stage in
      Row(name: stage.stage, cells: [stage.stage, String(format: "%.3f", stage.seconds)])
    }
  }

  private static func pairs(_ values: [String: String]) -> String {
    guard !values.isEmpty else { return "-" }
    return values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      .joined(separator: ", ")
  }
}

extension ActionView {
  /// Proxies that accepted, of all in scope.
  var proof: String {
    "\(proxies.filter { $0.accepted != nil }.count)/\(proxies.count)"
  }
}
