/// Everything the operators' interface does: the one table that routes, documents and tests go by.
package enum Operation: String, CaseIterable, Sendable {
  case status
  case whoami
  case openapi
  case nodes
  case actions
  case action
  case alerts
  case services
  case scores
  case rules
  case policies
  case notices
  case incidents
  case history
  case events
  case export
  case preview
  case order
  case approve
  case reject
  case revert
  case extend
  case deploy
  case pause
  case resume
  case revertAll
  case recording

  package enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
  }

  /// Which namespace counts.
  package enum Reach: String, Sendable {
    /// It shows nothing of any namespace.
    case nothing
    /// A list, of which everybody sees what is of their namespaces.
    case items
    /// It is about one subject.
    case subject
    /// It is about the whole mesh.
    case mesh
  }

  /// A name for documents and logs.
  package var id: String { rawValue }

  package var method: Method {
    switch self {
    case .status, .whoami, .openapi, .nodes, .actions, .action, .alerts, .services, .scores,
      .rules, .policies, .notices, .incidents, .history, .events, .export, .preview, .recording:
      .get
    case .order, .approve, .reject, .revert, .extend, .deploy, .pause, .resume, .revertAll: .post
    }
  }

  /// A path where `{id}` stands for one segment.
  package var path: String {
    switch self {
    case .status: "/v1/status"
    case .whoami: "/v1/whoami"
    case .openapi: "/v1/openapi.json"
    case .nodes: "/v1/nodes"
    case .actions, .order: "/v1/actions"
    case .action: "/v1/actions/{id}"
    case .alerts: "/v1/alerts"
    case .services: "/v1/services"
    case .scores: "/v1/scores"
    case .rules: "/v1/rules"
    case .policies: "/v1/policies"
    case .notices: "/v1/notices"
    case .incidents: "/v1/incidents"
    case .history: "/v1/history"
    case .events: "/v1/events"
    case .export: "/v1/export"
    case .preview: "/v1/preview"
    case .approve: "/v1/actions/{id}/approve"
    case .reject: "/v1/actions/{id}/reject"
    case .revert: "/v1/actions/{id}/revert"
    case .extend: "/v1/actions/{id}/extend"
    case .deploy: "/v1/deploys"
    case .pause: "/v1/pause"
    case .resume: "/v1/resume"
    case .revertAll: "/v1/revert-all"
    case .recording: "/v1/recording"
    }
  }

  package var leastRole: Role {
    switch self {
    case .status, .whoami, .openapi, .nodes, .actions, .action, .alerts, .services, .scores,
      .rules, .policies, .notices, .incidents, .history, .events, .export:
      .viewer
    case .preview, .order, .approve, .reject, .revert, .extend, .deploy, .pause, .resume: .operator
    case .revertAll, .recording: .admin
    }
  }

  package var reach: Reach {
    switch self {
    case .status, .whoami, .openapi, .rules, .policies: .nothing
    case .nodes, .actions, .alerts, .services, .scores, .notices, .incidents, .history, .events,
      .export:
      .items
    case .action, .preview, .order, .approve, .reject, .revert, .extend, .deploy: .subject
    case .pause, .resume, .revertAll, .recording: .mesh
    }
  }

  /// The operation of a request; nil for everything the interface does not have.
  ///
  /// Segments are compared as they were sent: what would be the same only after decoding or
  /// cleaning is not the same.
  package init?(method: String, path: String) {
    guard path.utf8.count <= Self.maximumPathBytes else { return nil }
    let segments = path.split(separator: "/", omittingEmptySubsequences: false)
    let found = Self.templates.first { operation, template in
      operation.method.rawValue == method && template.count == segments.count
        && zip(template, segments).allSatisfy { expected, given in
          expected == Self.placeholder ? !given.isEmpty : expected == given
        }
    }
    guard let found else { return nil }
    self = found.0
  }

  private static let templates = allCases.map { operation in
    (operation, operation.path.split(separator: "/", omittingEmptySubsequences: false))
  }
  private static let placeholder: Substring = "{id}"
  private static let maximumPathBytes = 512
}
