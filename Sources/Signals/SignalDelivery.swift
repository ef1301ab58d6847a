package import MeshModel

/// A request of a sender, as it came.
package struct SignalDelivery: Hashable, Sendable {
  /// By lower-case name; all values of a name that came more than once.
  package let headers: [String: [String]]
  package let body: [UInt8]
  /// The identity in the sender's certificate, where the listener verified one.
  package let peer: SPIFFEID?

  package init(headers: [String: [String]], body: [UInt8], peer: SPIFFEID? = nil) {
    self.headers = headers
    self.body = body
    self.peer = peer
  }

  /// The media type without its parameters, in lower case.
  var mediaType: String {
    let text = headers["content-type"]?.first ?? ""
    return text.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
  }
}
