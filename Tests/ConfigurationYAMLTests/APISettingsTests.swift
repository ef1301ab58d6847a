internal import Access
internal import ConfigurationYAML
internal import Foundation
internal import MeshModel
internal import Testing
internal import YAMLNodes

struct APISettingsTests {
  private let folder: URL
  private let issuer: Issuer
  private let now = Timestamp(seconds: 1_800_000_000)

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("flyball-api-\(UInt32.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    issuer = try Issuer(folder: folder, now: Date(timeIntervalSince1970: 1_800_000_000))
    try issuer.issue("own", uris: ["spiffe://shop.demo/ns/shop/sa/flyball"], days: 200)
    try Data("s3cret".utf8).write(to: folder.appendingPathComponent("secret"))
  }

  private static let least = """
    api:
      listen: 127.0.0.1:15443
      certificate: own.pem
      key: own.key
      tokens: tokens.yaml
      operators: [{name: alice, grants: [{role: admin, namespaces: all}]}]
    """

  private static let most = """
    api:
      listen: 10.0.0.5:15443
      certificate: own.pem
      key: own.key
      clientCA: roots.pem
      allowedHosts: [flyball.shop.demo, "10.0.0.5:15443"]
      tokens: tokens.yaml
      operators:
        - name: alice@shop.demo
          grants:
            - {role: operator, namespaces: [shop, bank]}
            - {role: viewer, namespaces: all}
          certificates: ["spiffe://shop.demo/people/alice"]
          login: alice
          user: al
        - {name: ci, grants: [{role: viewer, namespaces: [shop]}]}
      oidc:
        issuer: https://login.shop.demo/realms/people
        clientID: flyball
        clientSecretFile: secret
        redirect: https://flyball.shop.demo/login/callback
        scopes: [groups]
        nameClaim: preferred_username
        grantsClaim: roles
        grants:
          - {value: sre, role: operator, namespaces: all}
          - {value: "shop \\"team\\"", role: viewer, namespaces: [shop]}
    """

  private func file(_ api: String) throws -> ConfigurationFile {
    try ConfigurationFile.parse(
      """
      apiVersion: flyball.dev/v1alpha1
      kind: Configuration
      mesh: {trustDomain: shop.demo}
      listen:
        proxies: {address: 127.0.0.1:15010, insecure: true}
        admin: 127.0.0.1:15020
        socket: s
      history: h.db
      policies: p

      """ + api, file: folder.path + "/f.yaml")
  }

  private func mistakes(_ api: String) -> [String] {
    do {
      _ = try file(api)
      return []
    } catch let error as Diagnostics {
      return error.all.map {
        $0.description.replacingOccurrences(of: folder.path + "/", with: "")
      }
    } catch {
      return ["\(error)"]
    }
  }

  @Test("what is printed as in force reads back as the same")
  func roundTrip() throws {
    for api in ["", Self.least, Self.most] {
      let configuration = try file(api).configuration
      let again = try Configuration.parse(configuration.effectiveText, file: "/elsewhere/x.yaml")
      #expect(again == configuration)
    }
  }

  @Test("every key is read, and what is left out has its default")
  func keys() throws {
    #expect(try file("").configuration.api == nil)
    let least = try #require(try file(Self.least).configuration.api)
    #expect(least.hosts.contains("127.0.0.1:15443") && !least.hosts.contains("flyball.shop.demo"))
    let most = try #require(try file(Self.most).configuration.api)
    let alice = try #require(most.operators.first)
    #expect(alice.login == "alice" && alice.user == "al" && alice.certificates.count == 1)
    #expect(
      alice.grants == [Grant(.operator, in: .named(["shop", "bank"])), Grant(.viewer, in: .all)])
    #expect(most.login?.terms.granted(to: ["x", "sre"]) == [Grant(.operator, in: .all)])
    #expect(most.hosts.contains("FLYBALL.shop.demo:15443"))
  }

  @Test(
    "each mistake is refused at its place, with what would be right",
    arguments: [
      ("  tokens: tokens.yaml", "", "11:3: api needs 'tokens', 'clientCA' or 'oidc'"),
      ("  key: own.key", "", "11:3: api needs 'key' (or 'insecure: true' on loopback)"),
      ("own.pem", "none.pem", "12:16: api.certificate: none.pem cannot be read"),
      (
        "  key: own.key", "  key: own.key\n  insecure: true", "12:16: insecure excludes certificate"
      ),
      ("127.0.0.1:15443", "localhost:1", "11:11: api.listen must be an IPv4 address"),
      ("127.0.0.1:15443", "127.0.0.1:15020", "11:3: api.listen: 127.0.0.1:15020 already is"),
      ("listen:", "Listen:", "unknown key 'Listen' in api"),
      ("role: admin", "role: root", "15:45: role must be one of viewer, operator, admin"),
      ("namespaces: all", "namespaces: every", "15:64: namespaces must be all, or a list of names"),
      ("namespaces: all", "namespaces: []", "15:64: namespaces must be all, or 1 to 256 names"),
      ("namespaces: all", "namespaces: [\"*\"]", "15:65: '*' is no namespace"),
      (", namespaces: all", "", "15:38: a grant needs 'namespaces'"),
      ("[{role: admin, namespaces: all}]", "[]", "15:37: grants must be 1 to 64"),
      ("alice", "al ice", "15:22: 'al ice' is no operator's name"),
      ("name: alice,", "name: alice, login: a,", "'login' of operators needs api.oidc"),
      (
        "name: alice,", "name: alice, certificates: [\"spiffe://shop.demo/a\"],",
        "certificates of operators need api.clientCA"
      ),
      (
        "  operators:", "  clientCA: roots.pem\n  operators:",
        "15:13: api.clientCA: no operator has 'certificates'"
      ),
      ("  operators: [", "  operators: [{name: b, grants: []}, ", "grants must be 1 to 64"),
      (
        "  operators: [",
        "  operators: [{name: alice, grants: [{role: viewer, namespaces: all}]}, ",
        "the name alice already is of operator alice"
      ),
      ("  tokens:", "  allowedHosts: [\"Https://x\"]\n  tokens:", "is no host"),
      ("  tokens:", "  allowedHosts: []\n  tokens:", "must name at least one host"),
    ])
  func mistakes(old: String, new: String, expected: String) {
    let found = mistakes(Self.least.replacingOccurrences(of: old, with: new))
    #expect(found.contains { $0.hasPrefix("f.yaml:") && $0.contains(expected) }, "\(found)")
  }

  @Test(
    "each mistake of the login is refused at its place",
    arguments: [
      ("https://login.shop.demo/realms/people", "http://login.shop.demo", "must be https"),
      ("https://login.shop.demo/realms/people", "https://a@b/", "must be an address"),
      ("https://login.shop.demo/realms/people", "https://b/?x", "must be an address"),
      ("/login/callback", "/callback", "must end in /login/callback"),
      ("https://flyball.shop.demo/", "https://other.demo/", "lacks other.demo"),
      ("clientSecretFile: secret", "clientSecretFile: none", "none cannot be read"),
      ("    clientID: flyball\n", "", "api.oidc needs 'clientID'"),
      ("value: sre, ", "", "a grant of api.oidc needs 'value'"),
      (
        "login: alice", "login: ci\n      certificates: [\"spiffe://shop.demo/people/alice\"]",
        "the same key twice"
      ),
      (
        "{name: ci,", "{name: ci, login: alice,",
        "the login alice already is of operator alice@shop.demo"
      ),
      (
        "{name: ci,", "{name: ci, certificates: [\"spiffe://shop.demo/people/alice\"],",
        "already is of operator alice@shop.demo"
      ),
    ])
  func loginMistakes(old: String, new: String, expected: String) {
    let found = mistakes(Self.most.replacingOccurrences(of: old, with: new))
    #expect(found.contains { $0.contains(expected) }, "\(found)")
  }

  @Test("plaintext is for this machine only")
  func insecure() throws {
    let local = """
      api: {listen: "127.0.0.1:15443", insecure: true, tokens: t, operators: [{name: a, grants: [{role: admin, namespaces: all}]}]}
      """
    #expect(try file(local).configuration.api?.security == .insecure)
    let found = mistakes(local.replacingOccurrences(of: "127.0.0.1", with: "10.0.0.5"))
    #expect(found == ["f.yaml:10:6: insecure is allowed on loopback only, not on 10.0.0.5:15443"])
  }

  @Test("certificate, key and tokens are looked at on this machine, each with a remedy")
  func machine() throws {
    let file = try file(Self.least)
    #expect(throws: Never.self) { try file.checks(at: now).refuseMistakes() }
    #expect(file.checks(at: now).doubts.contains { $0.message.contains("flyball token create") })
    let tokens = folder.path + "/tokens.yaml"
    try TokenFile.replace(tokens, with: [])
    chmod(tokens, 0o666)
    #expect(refusal(file)?.contains("chmod 600") == true)
    chmod(tokens, 0o600)
    try Data("apiVersion: flyball.dev/v1alpha1\nkind: Tokens\ntokens: [{id: x}]".utf8)
      .write(to: URL(fileURLWithPath: tokens))
    #expect(refusal(file)?.contains("tokens.yaml:3:15: id must be 16 hexadecimal digits") == true)
    try issuer.issue("other", uris: [], days: 200)
    let mixed = try self.file(Self.least.replacingOccurrences(of: "own.key", with: "other.key"))
    #expect(refusal(mixed)?.contains("api.key: ") == true)
    let late = Timestamp(seconds: 1_800_000_000 + 201 * 86_400)
    #expect(refusal(file, at: late)?.contains("api.certificate: ") == true)
  }

  private func refusal(_ file: ConfigurationFile, at now: Timestamp? = nil) -> String? {
    do {
      try file.checks(at: now ?? self.now).refuseMistakes()
      return nil
    } catch {
      return error.description
    }
  }
}
