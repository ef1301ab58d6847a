/// The console's screens, in the order of the navigation.
package enum Section: String, Sendable, CaseIterable {
  case home, graph, scores, alerts, actions, policies, rules, audit, nodes

  var title: String {
    switch self {
    case .home: "Now"
    case .graph: "Service graph"
    case .scores: "Scores"
    case .alerts: "Alerts"
    case .actions: "Actions"
    case .policies: "Policies"
    case .rules: "Rules"
    case .audit: "Audit"
    case .nodes: "Nodes"
    }
  }

  var link: Link {
    switch self {
    case .home: .home
    case .graph: .graph
    case .scores: .scores
    case .alerts: .alerts
    case .actions: .actions
    case .policies: .policies
    case .rules: .rules
    case .audit: .audit
    case .nodes: .nodes
    }
  }

  /// Pressed after `g`.
  var key: String {
    switch self {
    case .home: "n"
    case .graph: "g"
    case .scores: "s"
    case .alerts: "l"
    case .actions: "a"
    case .policies: "p"
    case .rules: "r"
    case .audit: "u"
    case .nodes: "o"
    }
  }
}
