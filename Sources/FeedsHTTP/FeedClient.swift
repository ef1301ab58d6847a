internal import CurlHTTP
internal import Foundation
internal import MeshModel
internal import ThreatIntelligence

/// The requests of one fetch: one connection, one origin, and an end in time.
struct FeedClient: Sendable {
  private let connection: HTTPConnection
  private let authorization: [String]
  private let roots: String?
  private let deadline: ContinuousClock.Instant

  init(_ settings: FeedSettings, allowing allowed: [IPPrefix]) throws(FetchFailure) {
    connection = HTTPConnection(to: .publicOnly(allowing: allowed))
    authorization =
      try settings.credentials.map { credentials throws(FetchFailure) in
        [try Self.line(credentials)]
      } ?? []
    roots = settings.roots
    deadline = ContinuousClock().now + .seconds(settings.policy.patienceSeconds)
  }

  /// A response of 200, or with a mark perhaps of 304.
  func get(
    _ url: String, accept: String, atMost bytes: Int, unless mark: FeedMark? = nil
  ) async throws(FetchFailure) -> HTTPResponse {
    let left = (deadline - ContinuousClock().now) / .milliseconds(1)
    guard left >= 1 else { throw .unreachable("not all of it came in time") }
    var headers = ["Accept: \(accept)", "User-Agent: flyball"] + authorization
    if let etag = mark?.etag { headers.append("If-None-Match: \(etag)") }
    if let time = mark?.lastModified { headers.append("If-Modified-Since: \(time)") }
    let request = HTTPRequest(
      url: url, headers: headers, tls: roots.map { HTTPRequest.ClientTLS(roots: $0) },
      timeoutMilliseconds: Int(left), maximumBytes: bytes,
      // Only `Authorization` is kept from other hosts, so what lets us in follows no redirect.
      maximumRedirects: authorization.isEmpty ? ThreatLimits.redirects : 0, acceptsGzip: true)
    let response: HTTPResponse
    do {
      response = try await connection.send(request)
    } catch let error as HTTPError {
      if error.isForbidden { throw .forbidden }
      throw error.isTooLarge ? .tooLarge : .unreachable(error.description)
    } catch {
      throw .unreachable("given up")
    }
    let isUnchanged = response.status == 304 && (mark?.etag ?? mark?.lastModified) != nil
    guard response.status == 200 || isUnchanged else { throw .status(response.status) }
    return response
  }

  private static func line(_ credentials: FeedSettings.Credentials) throws(FetchFailure) -> String {
    switch credentials {
    case .bearer(let file): "Authorization: Bearer \(try secret(file))"
    case .basic(let file):
      "Authorization: Basic \(Data(try secret(file).utf8).base64EncodedString())"
    case .header(let name, let file): "\(name): \(try secret(file))"
    }
  }

  /// The first line; more than printable ASCII would be another header.
  private static func secret(_ path: String) throws(FetchFailure) -> String {
    guard let file = FileHandle(forReadingAtPath: path),
      let bytes = try? file.read(upToCount: maximumSecretBytes),  // Told below.
      let line = bytes.split(separator: UInt8(ascii: "\n")).first
    else { throw .unreadable("its credentials cannot be read from \(path)") }
    let text = line.drop { $0 == 0x20 }.prefix { $0 != 0x0D }
    guard !text.isEmpty, text.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw .unreadable("its credentials in \(path) are not printable ASCII")
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static let maximumSecretBytes = 4_096
}
