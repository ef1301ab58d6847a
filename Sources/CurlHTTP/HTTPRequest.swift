/// One outbound request.
package struct HTTPRequest: Sendable {
  package struct ClientTLS: Hashable, Sendable {
    /// Paths of PEM files; without a certificate the client shows none.
    package var roots: String
    package var certificate: String?
    package var key: String?

    package init(roots: String, certificate: String? = nil, key: String? = nil) {
      self.roots = roots
      self.certificate = certificate
      self.key = key
    }
  }

  package var method: String
  package var url: String
  /// Lines `Name: value`.
  package var headers: [String]
  package var body: [UInt8]?
  package var unixSocket: String?
  package var tls: ClientTLS?
  package var timeoutMilliseconds: Int
  package var maximumBytes: Int

  package init(
    method: String = "GET", url: String, headers: [String] = [], body: [UInt8]? = nil,
    unixSocket: String? = nil, tls: ClientTLS? = nil, timeoutMilliseconds: Int = 5_000,
    maximumBytes: Int = 16 << 20
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.unixSocket = unixSocket
    self.tls = tls
    self.timeoutMilliseconds = timeoutMilliseconds
    self.maximumBytes = maximumBytes
  }
}

package struct HTTPResponse: Sendable {
  package var status: Int
  package var body: [UInt8]

  package var text: String { String(decoding: body, as: UTF8.self) }
}

/// A request that got no response.
package struct HTTPError: Error, Sendable, CustomStringConvertible {
  /// libcurl's error number.
  package let code: Int
  package let description: String

  /// Nobody listens at the address, or the socket does not exist.
  package var isRefused: Bool { code == 7 }
}
