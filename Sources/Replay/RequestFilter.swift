package import MeshModel

/// Which requests somebody wants to see: those that meet every condition that is set.
package struct RequestFilter: Hashable, Sendable {
  package enum Ending: String, Hashable, Sendable, CaseIterable {
    case answered
    case connected
    case unreachable
    case denied
    case limited
    case rerouted
  }

  /// Whole names, or the last part of a SPIFFE ID; any of them.
  package var sources: Set<String> = []
  package var destinations: Set<String> = []
  package var methods: Set<String> = []
  package var endings: Set<Ending> = []
  package var statuses: [ClosedRange<UInt16>] = []
  package var pathPrefix = ""
  /// What this action stopped or sent elsewhere.
  package var action: ActionID?

  package init() {}

  package func admits(_ request: ObservedRequest) -> Bool {
    (sources.isEmpty || !sources.isDisjoint(with: request.source.names))
      && (destinations.isEmpty || !destinations.isDisjoint(with: request.destination.names))
      && (methods.isEmpty || methods.contains(request.method))
      && (endings.isEmpty || endings.contains(request.outcome.ending))
      && (statuses.isEmpty || request.outcome.status.map(isAsked) ?? false)
      && request.path.hasPrefix(pathPrefix)
      && (action == nil || action == request.outcome.action)
  }

  private func isAsked(_ status: UInt16) -> Bool {
    statuses.contains { $0.contains(status) }
  }
}

extension Subject {
  fileprivate var names: Set<String> { [description, name] }
}

extension Destination {
  fileprivate var names: Set<String> {
    switch self {
    case .workload(let identity): Subject.workload(identity).names
    case .unresolved(let text): [text]
    }
  }
}

extension Outcome {
  package var ending: RequestFilter.Ending {
    switch self {
    case .answered: .answered
    case .connected: .connected
    case .unreachable: .unreachable
    case .denied: .denied
    case .limited: .limited
    case .rerouted: .rerouted
    }
  }

  /// Of an answer; nil where the proxy answered in an action's name.
  package var status: UInt16? {
    switch self {
    case .answered(let status, _): status
    case .connected, .unreachable, .denied, .limited, .rerouted: nil
    }
  }

  package var action: ActionID? {
    switch self {
    case .denied(let action), .rerouted(let action): action
    case .answered, .connected, .unreachable, .limited: nil
    }
  }
}
