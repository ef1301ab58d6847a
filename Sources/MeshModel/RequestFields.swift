/// What one HTTP request said of itself, as places in the message it came in.
///
/// An empty range stands for what was not logged: Envoy does not tell that from an empty text.
package struct RequestFields: Hashable, Sendable {
  package var method: RequestMethod
  /// 0 when there was no response.
  package var status: UInt16
  package var scheme = ByteRange()
  package var authority = ByteRange()
  /// With its query.
  package var path = ByteRange()
  /// What a route that rewrites made `path` of, or what a client sent as `x-envoy-original-path`: to be
  /// believed of the controller's own requests alone.
  package var originalPath = ByteRange()
  package var userAgent = ByteRange()
  package var referer = ByteRange()
  /// The text of the address of the other end of the connection.
  package var clientAddress = ByteRange()
  /// The text of the address that the proxy sent it on to.
  package var destinationAddress = ByteRange()
  /// These are logged only where a proxy is told to log such headers.
  package var userName = ByteRange()
  package var cookie = ByteRange()
  package var contentType = ByteRange()
  package var requestBytes: UInt32 = 0
  package var responseBytes: UInt32 = 0

  package init(method: RequestMethod = .unknown, status: UInt16 = 0) {
    self.method = method
    self.status = status
  }
}
