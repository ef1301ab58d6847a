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

  init(
    _ settings: FeedSettings, allowing allowed: [IPPrefix], reading files: FeedFiles
  ) async throws(FetchFailure) {
    deadline = ContinuousClock().now + .seconds(settings.policy.patienceSeconds)
    connection = HTTPConnection(to: .publicOnly(allowing: allowed))
    roots = settings.roots
    if let credentials = settings.credentials {
      authorization = [
        try await Self.line(credentials, files, withinSeconds: settings.policy.patienceSeconds)
      ]
    } else {
      authorization = []
    }
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

  private static func line(
    _ credentials: FeedSettings.Credentials, _ files: FeedFiles, withinSeconds seconds: Int64
  ) async throws(FetchFailure) -> String {
    func secret(_ path: String) async throws(FetchFailure) -> String {
      do throws(FetchFailure) {
        let bytes = try await files.bytes(
          of: path, upTo: maximumSecretBytes, withinSeconds: seconds)
        return try Self.secret(bytes, of: path)
      } catch .unreachable(let reason) {
        throw .unreadable("its credentials: \(reason)")
      }
    }
    switch credentials {
    case .bearer(let file): return "Authorization: Bearer \(try await secret(file))"
    case .basic(let file):
      let secret = Data(try await secret(file).utf8)
      return "Authorization: Basic \(secret.base64EncodedString())"
    case .header(let name, let file): return "\(name): \(try await secret(file))"
    }
  }

  /// The first line; more than printable ASCII would be another header.
  private static func secret(_ bytes: [UInt8], of path: String) throws(FetchFailure) -> String {
    let line = bytes.split(separator: UInt8(ascii: "\n")).first ?? []
    let text = line.drop { $0 == 0x20 }.prefix { $0 != 0x0D }
    guard !text.isEmpty, text.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw .unreadable("its credentials in \(path) are not printable ASCII")
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static let maximumSecretBytes = 4_096
}
