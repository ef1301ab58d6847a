internal import CurlHTTP
internal import Foundation
internal import Testing

/// A real TAXII 2.1 server with one collection, which is filled as any client would.
struct MedallionServer {
  let port: Int
  let folder: URL
  private let process: Process

  static let collection = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"

  /// Pages of two objects each, so that there are several.
  static func start(in folder: URL) async throws -> MedallionServer {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let program = root.appendingPathComponent(".venv/bin/medallion").path
    try #require(FileManager.default.isExecutableFile(atPath: program), "dev/setup installs it")
    let data = folder.appendingPathComponent("data.json")
    try Data(contents.utf8).write(to: data)
    let configuration = folder.appendingPathComponent("medallion.json")
    try Data(
      """
      {"backend": {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend",
       "filename": "\(data.path)"}, "users": {"reader": "secret"}, "taxii": {"max_page_size": 2}}
      """.utf8
    ).write(to: configuration)
    let port = try freePort()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["--port", "\(port)", configuration.path]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    let server = MedallionServer(port: port, folder: folder, process: process)
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(30)
    while clock.now < deadline {
      if (try? await server.send("GET", "/taxii2/", nil))?.status == 200 { return server }
      try await Task.sleep(for: .milliseconds(50))
    }
    server.stop()
    throw POSIXError(.ETIMEDOUT)
  }

  func stop() {
    // It inherits a mask of signals that may hold a gentler one.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  var url: String { "http://127.0.0.1:\(port)/taxii2/" }

  func add(_ objects: [String]) async throws {
    let body = "{\"objects\": [\(objects.joined(separator: ", "))]}"
    let answer = try await send("POST", "/api/collections/\(Self.collection)/objects/", body)
    try #require(answer.status == 202, "\(answer.text)")
  }

  static func indicator(_ number: Int, _ address: String, revoked: Bool = false) -> String {
    """
    {"type": "indicator", "spec_version": "2.1",
     "id": "indicator--00000000-0000-4000-8000-\(String(repeating: "0", count: 9))\(100 + number)",
     "created": "2026-01-01T00:00:00.000Z", "valid_from": "2026-01-01T00:00:00Z",
     "modified": "2026-01-01T00:00:0\(revoked ? 1 : 0).000Z", "revoked": \(revoked),
     "pattern_type": "stix", "pattern": "[ipv4-addr:value = '\(address)']", "confidence": 85}
    """
  }

  private func send(_ method: String, _ path: String, _ body: String?) async throws -> HTTPResponse
  {
    let type = "application/taxii+json;version=2.1"
    let secret = Data("reader:secret".utf8).base64EncodedString()
    return try await HTTPConnection().send(
      HTTPRequest(
        method: method, url: "http://127.0.0.1:\(port)\(path)",
        headers: ["Accept: \(type)", "Content-Type: \(type)", "Authorization: Basic \(secret)"],
        body: body.map { Array($0.utf8) }))
  }

  private static let contents = """
    {"/discovery": {"title": "Test", "api_roots": ["/other/", "/api/"], "default": "/other/"},
     "other": {"information": {"title": "Other", "versions": ["application/taxii+json;version=2.1"],
       "max_content_length": 9765625}, "status": [], "collections": []},
     "api": {"information": {"title": "Main", "versions": ["application/taxii+json;version=2.1"],
       "max_content_length": 9765625}, "status": [], "collections": [
       {"id": "\(collection)", "title": "Attackers", "can_read": true, "can_write": true,
        "media_types": ["application/stix+json;version=2.1"], "objects": [], "manifest": []}]}}
    """

  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutableBytes(of: &address) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { pointer in
        bind(descriptor, pointer.baseAddress, length) == 0
          && getsockname(descriptor, pointer.baseAddress, &length) == 0
      }
    }
    guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
