internal import MeshModel
package import ControlViews

/// Who calls whom, laid out of what is known of each service.
package struct MeshGraph: Sendable, Equatable {
  private(set) var services: [Service] = []
  private(set) var calls: [Call] = []

  struct Service: Sendable, Equatable {
    var id: String
    var name: String
    var isGateway: Bool
    var perSecond: Double
    /// Of the requests to it, with a proved identity; nil where nobody tells.
    var mutual: Double?
    /// The open action against it that counts most.
    var measure: ServiceView.Measure?
  }

  struct Call: Sendable, Equatable {
    var from: String
    var to: String
    var perSecond: Double
    var failed: Double
    var denied: Double
  }

  package init(_ views: [ServiceView]) {
    var known: Set<String> = []
    for view in views where known.insert(view.identity).inserted {
      services.append(
        Service(
          id: view.identity, name: Self.name(view.identity), isGateway: view.gateway,
          perSecond: view.requestsPerSecond, mutual: view.mtlsShare,
          measure: view.measures.first { !$0.stage.hasPrefix("shadow") } ?? view.measures.first))
    }
    for view in views {
      for call in view.callees {
        if known.insert(call.peer).inserted {
          services.append(
            Service(
              id: call.peer, name: Self.name(call.peer), isGateway: false,
              perSecond: call.requestsPerSecond))
        }
        calls.append(
          Call(
            from: view.identity, to: call.peer, perSecond: call.requestsPerSecond,
            failed: call.failedShare, denied: call.deniedShare))
      }
    }
    services.sort { ($0.name, $0.id) < ($1.name, $1.id) }
    calls.sort { ($0.from, $0.to) < ($1.from, $1.to) }
  }

  /// Whether what is done to its caller stops it.
  func isCut(_ call: Call) -> Bool {
    measure(of: call.from)?.stage.hasPrefix("quarantine") == true
  }

  func measure(of id: String) -> ServiceView.Measure? {
    services.first { $0.id == id }?.measure
  }

  private static func name(_ id: String) -> String {
    // What is no identity is a name by which something unknown was called.
    (try? SPIFFEID(parsing: id))?.name ?? id
  }
}
