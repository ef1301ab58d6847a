/// One outbound request.
package struct HTTPRequest: Sendable {
  package struct ClientTLS: Hashable, Sendable {
    /// Paths of PEM files; without a certificate the client shows none.
    package var roots: String
    package var certificate: String?
    package var key: String?
    /// Whether the server's certificate must hold the name in the URL. SPIFFE certificates hold none.
    package var verifiesName: Bool

    package init(
      roots: String, certificate: String? = nil, key: String? = nil, verifiesName: Bool = true
    ) {
      self.roots = roots
      self.certificate = certificate
      self.key = key
      self.verifiesName = verifiesName
    }
  }

  package var method: String
  package var url: String
  /// Lines `Name: value`.
  package var headers: [String]
  package var body: [UInt8]?
  package var unixSocket: String?
  /// Nil for the system's roots, and the server's name verified.
  package var tls: ClientTLS?
  /// From the first look-up to the last byte; 0 for no end.
  package var timeoutMilliseconds: Int
  /// Of the body, unpacked.
  package var maximumBytes: Int
  /// How many redirects are followed; never from https to http, and `Authorization` goes to no other
  /// host.
  package var maximumRedirects: Int
  package var acceptsGzip: Bool

  package init(
    method: String = "GET", url: String, headers: [String] = [], body: [UInt8]? = nil,
    unixSocket: String? = nil, tls: ClientTLS? = nil, timeoutMilliseconds: Int = 5_000,
    maximumBytes: Int = 16 << 20, maximumRedirects: Int = 0, acceptsGzip: Bool = false
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.unixSocket = unixSocket
    self.tls = tls
    self.timeoutMilliseconds = timeoutMilliseconds
    self.maximumBytes = maximumBytes
    self.maximumRedirects = maximumRedirects
    self.acceptsGzip = acceptsGzip
  }
}
