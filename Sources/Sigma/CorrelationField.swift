/// What of an event a correlation may group by or take values from.
package enum CorrelationField: Hashable, Sendable {
  case request(RequestField)
  /// The workload that sent the request, or the client at a gateway.
  case caller
  /// What was called.
  case service
  /// The caller's; clients outside the mesh have none.
  case namespace

  /// A field of Sigma's, or one of the mesh.
  package init?(named name: String) {
    switch name {
    case "caller": self = .caller
    case "service": self = .service
    case "namespace": self = .namespace
    default:
      guard let field = FieldMap.field(named: name) else { return nil }
      self = .request(field)
    }
  }

  /// Words that are not Sigma's.
  static let mesh = ["caller", "namespace", "service"]

  package static var known: [String] { mesh + FieldMap.known }

  package var isNumber: Bool {
    switch self {
    case .request(let field): field.isNumber
    case .caller, .service, .namespace: false
    }
  }
}
