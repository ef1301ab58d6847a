internal import Access
internal import DemoMesh
internal import Foundation
internal import Testing

extension AccessDesk {
  static let form = ["Content-Type: application/x-www-form-urlencoded"]

  static let json = "Content-Type: application/json"

  /// The header that sends the cookie of an answer back.
  static func cookie(_ answer: RawClient.Answer?) -> String? {
    answer?.header("Set-Cookie").map { "Cookie: " + $0.prefix { $0 != ";" } }
  }

  func isPaused(_ credential: String) async throws -> Bool? {
    let answer = try await request("GET", "/v1/status", [credential])
    return answer.map { $0.body.contains("\"paused\":true") }
  }

  /// A token whose time is over.
  func expiredToken(of name: String) async throws -> String {
    let token = try await token(of: name)
    let path = folder + "/tokens.yaml"
    var lines = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n")
    let last = try #require(lines.lastIndex { $0.contains("expires:") })
    lines[last] = "    expires: \"2020-01-01T00:00:00Z\""
    try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    chmod(path, 0o600)
    try await until("the end of the token") {
      try await request("GET", "/v1/status", ["Authorization: Bearer \(token)"])?.status == 401
    }
    return token
  }

  /// The id of an action that is ordered once the subject's proxy is there.
  func order(_ subject: String, _ credential: String) async throws -> String {
    let body = """
      {"subject":"\(subject)","action":"throttle","rate":5,"seconds":600,"reason":"test"}
      """
    try await until("the order") {
      let answer = try await request("POST", "/v1/actions", [credential, Self.json], body: body)
      return answer?.status == 200
    }
    var id: String?
    try await until("the action") {
      let list = try await request("GET", "/v1/actions", [credential])?.body ?? ""
      id = list.range(of: "fb-[0-9a-f]+", options: .regularExpression).map { String(list[$0]) }
      return id != nil
    }
    return try #require(id)
  }

  func status(
    of operation: Access.Operation, on action: String, _ credential: String
  ) async throws -> Int {
    var path = operation.path.replacing("{id}", with: action)
    var body = ""
    switch operation {
    case .order:
      body = """
        {"subject":"\(Self.shop)","action":"throttle","rate":5,"seconds":60,"reason":"test"}
        """
    case .export: path += "?format=csv"
    case .preview: path += "?subject=\(Self.shop)&action=quarantine&seconds=60"
    case .deploy: path += "?workload=\(Self.shop)"
    case .extend: body = "{\"seconds\":60,\"reason\":\"test\"}"
    default: break
    }
    let headers = [credential] + (body.isEmpty ? [] : [Self.json])
    return try await request(operation.method.rawValue, path, headers, body: body)?.status ?? 0
  }

  /// A certificate of another authority is shown once its files are replaced.
  func replacesCertificate() async throws {
    let other = try CertificateAuthority(folder: folder + "/new").issue([], name: "api")
    for (from, to) in [(other.certificate, "/api.pem"), (other.key, "/api.key")] {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: from))
      try bytes.write(to: URL(fileURLWithPath: folder + to), options: .atomic)
    }
    let client = RawClient(port: port, roots: folder + "/new/roots.pem")
    try await until("the new certificate") {
      (try? await client.send(Self.text("GET", "/v1/status")))??.status == 401
    }
  }
}
