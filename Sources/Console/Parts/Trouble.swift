internal import ControlViews

/// What keeps the loop from seeing, deciding, acting or proving, with what to do about it.
struct Trouble: Equatable {
  var what: String
  var remedy: String
  var link: Link?

  static func all(_ view: NowView) -> [Trouble] {
    var troubles: [Trouble] = []
    let status = view.status
    if status.paused {
      troubles.append(
        .init(
          what: "Paused: no new action starts", remedy: "resume it below", link: .onPage("switches")
        ))
    }
    if let unsafe = status.unsafe {
      troubles.append(.init(what: unsafe, remedy: "flyball doctor names the remedy"))
    }
    if !status.historyWritable {
      troubles.append(
        .init(what: "The history cannot be written", remedy: "mend the disk, then restart"))
    }
    if status.load != "normal" {
      troubles.append(
        .init(
          what: "Load is \(status.load): telemetry is shed",
          remedy: "nothing new begins until it is normal; fewer reporters or a faster machine"))
    }
    if status.impersonated {
      troubles.append(
        .init(
          what: "Somebody bears the self-test's identity", remedy: "flyball doctor names the proxy")
      )
    }
    let away = view.nodes.filter { !$0.attached }.count
    let silent = view.nodes.filter { $0.attached && !$0.reporting && !$0.gateway }.count
    let lossy = view.nodes.filter(\.lossy).count
    if view.nodes.isEmpty {
      troubles.append(
        .init(what: "No proxy is connected", remedy: "attach Envoys: see docs/OPERATING.md"))
    }
    if away > 0 {
      troubles.append(
        .init(
          what: Figure.plural(away, "proxy is", "proxies are") + " detached", remedy: "see Nodes",
          link: .nodes))
    }
    if silent > 0 {
      troubles.append(
        .init(
          what: Figure.plural(silent, "proxy sends", "proxies send") + " no access log",
          remedy: "see Nodes", link: .nodes))
    }
    if lossy > 0 {
      troubles.append(
        .init(
          what: Figure.plural(lossy, "proxy loses", "proxies lose") + " log entries",
          remedy: "see Nodes", link: .nodes))
    }
    if let last = status.selfTest?.last, last.outcome == "failed" {
      troubles.append(
        .init(
          what: "The self-test failed at \(last.stage ?? "an unknown stage"): \(last.text)",
          remedy: last.remedy ?? "flyball describe action \(last.action)"))
    }
    return troubles + (status.feeds ?? []).compactMap { feed($0, at: status.microseconds) }
  }

  private static func feed(_ feed: FeedView, at microseconds: Int64) -> Trouble? {
    feed.advice(at: microseconds).map { advice in
      let condition = feed.condition(at: microseconds)
      let state = condition == .stale ? "is stale" : condition.rawValue
      let reason = feed.refusal.map { ": " + $0 } ?? ""
      return Trouble(what: "The feed \(feed.name) \(state)\(reason)", remedy: advice)
    }
  }
}
