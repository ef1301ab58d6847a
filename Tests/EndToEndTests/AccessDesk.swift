internal import Access
internal import DemoMesh
internal import Foundation

/// The real program with the operators' listener, a proxy in each of two namespaces that claim to be
/// there, and everybody who might call.
struct AccessDesk {
  let folder: String
  let port: Int
  private let proxiesPort: Int
  private let authority: CertificateAuthority
  private let daemon = Process()
  var log: String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }

  static let shop = "spiffe://shop.demo/ns/shop/sa/reports"
  static let bank = "spiffe://shop.demo/ns/bank/sa/ledger"

  /// Operators of the configuration, with what they are granted.
  static let operators: [(name: String, grants: String)] = [
    ("viewer", "{role: viewer, namespaces: all}"),
    ("shop-viewer", "{role: viewer, namespaces: [shop]}"),
    ("shop-operator", "{role: operator, namespaces: [shop]}"),
    ("bank-operator", "{role: operator, namespaces: [bank]}"),
    ("operator", "{role: operator, namespaces: all}"),
    ("shop-admin", "{role: admin, namespaces: [shop]}"),
    ("admin", "{role: admin, namespaces: all}"),
  ]

  /// `oidc`: the lines of that key, where operators log in there; the viewer is `alice` then.
  /// `signals`: the lines of that key.
  static func with(
    oidc: String = "", signals: String = "", _ body: (AccessDesk) async throws -> Void
  ) async throws {
    let desk = try AccessDesk(oidc: oidc, signals: signals)
    defer {
      desk.daemon.terminate()
      desk.daemon.waitUntilExit()
      try? FileManager.default.removeItem(atPath: desk.folder)  // Temporary.
    }
    try await desk.waitUntilServed()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for identity in [shop, bank] {
        let proxy = ClaimedProxy(port: desk.proxiesPort, identity: identity)
        group.addTask { try await proxy.run() }
      }
      try await body(desk)
      group.cancelAll()
      while await group.nextResult() != nil {}
    }
  }

  private init(oidc: String, signals: String) throws {
    folder =
      FileManager.default.temporaryDirectory.path
      + "/flyball-access-\(UInt32.random(in: 0 ... .max))"
    authority = try CertificateAuthority(folder: folder)
    let ports = FreePort.find(3)
    (port, proxiesPort) = (ports[0], ports[1])
    try FileManager.default.createDirectory(
      atPath: folder + "/p", withIntermediateDirectories: true)
    try Self.policy.write(toFile: folder + "/p/p.yaml", atomically: true, encoding: .utf8)
    _ = try authority.issue([], name: "api")
    try (configuration(admin: ports[2], oidc: oidc) + signals).write(
      toFile: folder + "/f.yaml", atomically: true, encoding: .utf8)
    try Data().write(to: URL(fileURLWithPath: folder + "/log"))
    daemon.executableURL = URL(fileURLWithPath: TestMesh.root + "/.build/debug/flyball")
    daemon.arguments = ["run", "--config", folder + "/f.yaml"]
    daemon.standardError = FileHandle(forWritingAtPath: folder + "/log")
    daemon.standardInput = FileHandle.nullDevice
    try daemon.run()
  }

  private func configuration(admin: Int, oidc: String) -> String {
    let operators = Self.operators.map { name, grants in
      let certificate = "spiffe://shop.demo/people/\(name)"
      let login = name == "viewer" && !oidc.isEmpty ? ", login: alice" : ""
      return
        "    - {name: \(name), grants: [\(grants)], certificates: [\"\(certificate)\"]\(login)}"
    }
    return """
      apiVersion: flyball.dev/v1alpha1
      kind: Configuration
      mesh: {trustDomain: shop.demo}
      listen:
        proxies: {address: "127.0.0.1:\(proxiesPort)", insecure: true}
        admin: 127.0.0.1:\(admin)
        socket: s
      history: h.db
      policies: p
      limits: {maxActivePercent: 100}
      api:
        listen: 127.0.0.1:\(port)
        certificate: api.pem
        key: api.key
        clientCA: roots.pem
        allowedHosts: [localhost]
        tokens: tokens.yaml
        operators:

      """ + operators.joined(separator: "\n") + "\n" + oidc
  }

  private static let policy = """
    apiVersion: flyball.dev/v1alpha1
    kind: ResponsePolicy
    metadata: {name: lateral-movement}
    spec:
      mode: observe
      match: [{score: {detector: lateral-movement, above: 0.99}}]
      steps: [{action: throttle, with: {rate: 1/s}}]
      revert: {ttl: 1m}
    """

  /// A token that `flyball token create` made, once the daemon knows it.
  func token(of name: String, _ arguments: String...) async throws -> String {
    let before = tokenReads
    let output = try Program.flyball(
      ["token", "create", "--config", folder + "/f.yaml", "--operator", name] + arguments)
    try await until("the token") { tokenReads > before }
    return output.out.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private var tokenReads: Int { log.components(separatedBy: "tokens read").count }

  func files(of name: String) throws -> CertificateAuthority.Files {
    try authority.issue(["spiffe://shop.demo/people/\(name)"], name: name)
  }

  var client: RawClient { RawClient(port: port, roots: folder + "/roots.pem") }

  func request(
    _ method: String, _ path: String, _ headers: [String] = [], body: String = "",
    certificate: CertificateAuthority.Files? = nil
  ) async throws -> RawClient.Answer? {
    var client = client
    client.certificate = certificate
    return try await client.send(Self.text(method, path, headers, body: body))
  }

  static func text(
    _ method: String, _ path: String, _ headers: [String] = [], body: String = ""
  ) -> String {
    let lines =
      ["\(method) \(path) HTTP/1.1", "Host: localhost"] + headers
      + (body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"])
    return (lines + ["", body]).joined(separator: "\r\n")
  }

  func until(_ what: String, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while try await !condition() {
      guard ContinuousClock.now < deadline else { throw DemoError("waited for \(what):\n\(log)") }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  private func waitUntilServed() async throws {
    try await until("the listener") {
      // Nobody listens until it is there.
      (try? await request("GET", "/v1/status"))??.status == 401
    }
  }
}
