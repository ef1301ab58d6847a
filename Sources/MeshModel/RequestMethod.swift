/// The method of a request; raw values are those of Envoy's `RequestMethod`.
package enum RequestMethod: UInt8, Hashable, Sendable, CaseIterable {
  /// Not logged, or one that Envoy does not know.
  case unknown = 0
  case get = 1
  case head
  case post
  case put
  case delete
  case connect
  case options
  case trace
  case patch

  /// As it is on the wire; empty when unknown.
  package var text: String {
    switch self {
    case .unknown: ""
    case .get: "GET"
    case .head: "HEAD"
    case .post: "POST"
    case .put: "PUT"
    case .delete: "DELETE"
    case .connect: "CONNECT"
    case .options: "OPTIONS"
    case .trace: "TRACE"
    case .patch: "PATCH"
    }
  }
}
