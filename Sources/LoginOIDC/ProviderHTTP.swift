internal import Access
internal import CurlHTTP

/// Requests to the provider, bounded in time and size; redirects are not followed.
struct ProviderHTTP: Sendable {
  let issuer: WebAddress
  private let connection = HTTPConnection()

  init(issuer: WebAddress) {
    self.issuer = issuer
  }

  func send(
    _ method: String, _ address: WebAddress, headers: [String] = [], body: [UInt8]? = nil
  ) async throws(LoginFailure) -> [UInt8] {
    // A provider with TLS never leads to one without.
    guard address.isSecure || (!issuer.isSecure && address.isLoopback) else {
      throw LoginFailure("\(address) is not https")
    }
    let response: HTTPResponse
    do {
      response = try await connection.send(
        HTTPRequest(
          method: method, url: address.description, headers: headers, body: body,
          timeoutMilliseconds: Self.timeoutMilliseconds, maximumBytes: Self.maximumBytes))
    } catch {
      throw LoginFailure("\(address) cannot be reached: \(error)")
    }
    guard response.status == 200 else {
      throw LoginFailure("\(address) answers \(response.status)")
    }
    return response.body
  }

  private static let timeoutMilliseconds = 5_000
  /// Bytes of a document: key sets have a few KiB.
  private static let maximumBytes = 262_144
}
