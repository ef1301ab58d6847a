internal import ConfigurationYAML
internal import Foundation
internal import MeshModel
internal import Signals
internal import Testing
internal import YAMLNodes

struct SignalSettingsTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("flyball-signals-\(UInt32.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, text) in [
      ("own.pem", ""), ("own.key", ""), ("roots.pem", ""), ("hub", "0123456789abcdef\n"),
      ("webhook", "whsec_" + Data(repeating: 7, count: 24).base64EncodedString()),
      ("short", "0123"),
    ] {
      try text.write(
        to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
  }

  private static let token = """
    {id: "00112233aabbccdd", sha256: "\(String(repeating: "ab", count: 32))", expires: 2100-01-01T00:00:00Z}
    """

  private static let all = """
    signals:
      listen: 10.0.0.5:15444
      certificate: own.pem
      key: own.key
      clientCA: roots.pem
      senders:
        - {name: alertmanager, format: alertmanager, bearer: [\(token)]}
        - name: falco
          format: falco
          hubSignature: [{file: hub, notAfter: 2100-01-01T00:00:00Z}]
          workloads: [{pod: k8s.pod.name, namespace: k8s.ns.name}, {identity: spiffe}]
        - name: events
          format: cloud-events
          certificate: ["spiffe://shop.demo/events"]
          mapping: {severity: /level, id: /finding, status: {at: /now, firing: [yes], resolved: [over]}}
        - name: scanner
          format: mapped
          standardWebhooks: [{file: webhook}]
          mapping:
            signals: /items
            id: /id
            time: /at
            timeForm: seconds
            name: /rule
            title: /title
            severity: /level
            status: {at: /state, firing: [open, "re\\"opened"], resolved: [closed]}
            labels: {app: /target/app, "odd label": /odd}
            labelObject: /labels
          workloads:
            - {serviceAccount: sa, namespace: ns}
            - {template: "spiffe://shop.demo/ns/shop/sa/{app}"}
    """

  private func file(_ part: String) throws -> ConfigurationFile {
    try ConfigurationFile.parse(
      """
      apiVersion: flyball.dev/v1alpha1
      kind: Configuration
      mesh: {trustDomain: shop.demo}
      listen:
        proxies: {address: "127.0.0.1:15010", insecure: true}
        admin: 127.0.0.1:15020
        socket: flyball.sock
      history: history.db
      policies: policies
      \(part)
      """, file: folder.appendingPathComponent("flyball.yaml").path)
  }

  private func parse(_ part: String) throws -> Configuration { try file(part).configuration }

  @Test("everything about senders is read, and printed so that it is read as the same")
  func all() throws {
    let configuration = try parse(Self.all)
    let signals = try #require(configuration.signals)
    #expect(signals.senders.map(\.name) == ["alertmanager", "falco", "events", "scanner"])
    #expect(signals.senders[0].workloads == WorkloadRule.builtIn)
    #expect(signals.senders[1].workloads.count == 2)
    let again = try Configuration.parse(
      configuration.effectiveText, file: folder.appendingPathComponent("effective.yaml").path)
    #expect(again == configuration)
  }

  @Test("a sender whose last token or key ends soon, or has ended, is said")
  func ends() throws {
    func doubts(_ part: String, at now: Timestamp) throws -> [String] {
      try file(part).checks(at: now).doubts.map(\.message).filter {
        $0.contains("last token or key")
      }
    }
    let end = try #require(Timestamp(rfc3339: "2100-01-01T00:00:00Z"))
    let week: Int64 = 7 * 86_400_000
    #expect(try doubts(Self.all, at: end.adding(milliseconds: -week)) == [])
    let soon = try doubts(Self.all, at: end.adding(milliseconds: 1 - week))
    #expect(soon.count == 2)
    #expect(soon[0].hasPrefix("sender alertmanager: its last token or key ends at 2100-01-01T"))
    #expect(soon[1].hasPrefix("sender falco: its last token or key ends at 2100-01-01T"))
    #expect(try doubts(Self.all, at: end).first?.contains("refused with 401") == true)
    let two = Self.all.replacing("[{file: hub,", with: "[{file: webhook}, {file: hub,")
    #expect(try doubts(two, at: end).count == 1, "one without an end goes on")
  }

  @Test("secrets are read from their files, and what is none is named")
  func secrets() throws {
    let senders = try #require(try parse(Self.all).signals).senders
    for sender in senders { _ = try sender.proof.loaded() }
    let bad = try parse(Self.all.replacing("file: hub", with: "file: short"))
    let proof = try #require(bad.signals).senders[1].proof
    let error = #expect(throws: Diagnostics.self) { _ = try proof.loaded() }
    #expect(error?.description.contains("short: holds no key") == true)
  }

  @Test(
    "what could never work is refused with its place and what to do",
    arguments: [
      ("bearer: [\(token)]}", "}", "exactly one of bearer, hubSignature"),
      (
        "bearer: [\(token)]}", "bearer: [\(token)], hubSignature: [{file: hub}]}",
        "exactly one of bearer, hubSignature"
      ),
      ("name: falco", "name: alertmanager", "there already is a sender 'alertmanager'"),
      ("name: falco", "name: Falco", "'Falco' is no sender's name"),
      ("clientCA: roots.pem", "", "certificates of senders need signals.clientCA"),
      ("format: falco", "format: syslog", "format"),
      ("id: /id", "id: id", "'id' is no place such as /data/labels/0"),
      ("id: /finding, ", "", "a mapping with 'status' needs 'id'"),
      ("identity: spiffe}", "identity: spiffe, pod: x}", "exactly one of identity, pod"),
      ("{pod: k8s.pod.name, namespace: k8s.ns.name}", "{pod: x}", "pod needs 'namespace'"),
      ("{identity: spiffe}", "{identity: spiffe, namespace: x}", "takes no 'namespace'"),
      ("sa/{app}", "sa/{app", "is no SPIFFE ID with labels"),
      ("resolved: [closed]", "resolved: [open]", "'open' cannot mean both"),
      ("file: hub", "file: missing", "cannot be read"),
      ("sha256: \"ab", "sha256: \"zz", "64 hexadecimal digits"),
      ("10.0.0.5:15444", "127.0.0.1:15020", "already is the address of listen.admin"),
    ])
  func mistakes(old: String, new: String, message: String) throws {
    #expect(Self.all.contains(old))
    let error = #expect(throws: Diagnostics.self) {
      _ = try parse(Self.all.replacing(old, with: new))
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test("plaintext is for loopback only")
  func plaintext() throws {
    let sender = "senders: [{name: am, format: alertmanager, bearer: [\(Self.token)]}]"
    let own = "signals:\n  listen: 127.0.0.1:1\n  insecure: true\n  \(sender)"
    #expect(try parse(own).signals?.security == .insecure)
    let error = #expect(throws: Diagnostics.self) {
      _ = try parse(own.replacing("127.0.0.1:1", with: "10.0.0.5:1"))
    }
    #expect(error?.description.contains("loopback only") == true)
  }
}
