internal import CurlHTTP
internal import Foundation
internal import JSONNodes

/// A real Alertmanager on loopback.
package final class Alertmanager: Sendable {
  package let port: Int
  private let process: Process
  private let folder: URL

  /// Tells nobody.
  package static let quiet = "route: {receiver: none}\nreceivers: [{name: none}]\n"

  /// What `dev/setup` unpacks; it is started where its templates are.
  private static let home = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent(".venv/alertmanager")

  package init(port: Int, configuration: String = Alertmanager.quiet) async throws {
    self.port = port
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("flyball-alertmanager-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appendingPathComponent("alertmanager.yml")
    try configuration.write(to: file, atomically: true, encoding: .utf8)
    process = Process()
    process.executableURL = Self.home.appendingPathComponent("alertmanager")
    process.currentDirectoryURL = Self.home
    process.arguments = [
      "--config.file=\(file.path)", "--storage.path=\(folder.path)/data",
      "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    try await waitUntilReady()
  }

  package func stop() {
    process.terminate()
    process.waitUntilExit()
    // What stays behind is in the folder for what is temporary.
    try? FileManager.default.removeItem(at: folder)
  }

  /// Alerts that are not over, as `name state`, perhaps only those that a matcher fits.
  package func alerts(_ matcher: String? = nil) async throws -> [String] {
    var url = URLComponents()
    url.path = "/api/v2/alerts"
    url.queryItems = matcher.map { [URLQueryItem(name: "filter", value: $0)] }
    let node = try await ask("GET", url.string ?? "")
    return (node.array ?? []).map { alert in
      let name = alert.object?["labels"]?.object?["alertname"]?.string ?? "?"
      return "\(name) \(alert.object?["status"]?.object?["state"]?.string ?? "?")"
    }.sorted()
  }

  /// Silences what has the label for an hour.
  package func silence(_ label: String, _ value: String) async throws {
    let format = ISO8601DateFormatter()
    let body = """
      {"matchers":[{"name":"\(label)","value":"\(value)","isRegex":false,"isEqual":true}],
      "startsAt":"\(format.string(from: Date()))",
      "endsAt":"\(format.string(from: Date(timeIntervalSinceNow: 3_600)))",
      "createdBy":"test","comment":"test"}
      """
    _ = try await ask("POST", "/api/v2/silences", Array(body.utf8))
  }

  private func waitUntilReady() async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
      // Nobody listens until it is.
      let response = try? await HTTPConnection().send(
        HTTPRequest(url: "http://127.0.0.1:\(port)/-/ready"))
      if response?.status == 200 { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw AlertmanagerError(description: "Alertmanager is not ready in time")
  }

  private func ask(_ method: String, _ path: String, _ body: [UInt8]? = nil) async throws
    -> JSONNode
  {
    let response = try await HTTPConnection().send(
      HTTPRequest(
        method: method, url: "http://127.0.0.1:\(port)\(path)",
        headers: ["content-type: application/json"], body: body))
    guard response.status == 200 else { throw AlertmanagerError(description: response.text) }
    return try JSONReader.read(
      response.body, within: JSONBounds(bytes: 1 << 20, depth: 16, nodes: 60_000))
  }
}

struct AlertmanagerError: Error, CustomStringConvertible {
  let description: String
}
