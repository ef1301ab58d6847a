/// The console's screens, in the order of the navigation.
package enum Section: String, Sendable, CaseIterable {
  case home, graph, scores, actions, rules, audit, nodes

  var title: String {
    switch self {
    case .home: "Now"
    case .graph: "Service graph"
    case .scores: "Scores"
    case .actions: "Actions"
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
    case .actions: .actions
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
    case .actions: "a"
    case .rules: "r"
    case .audit: "u"
    case .nodes: "o"
    }
  }
}
