internal import ConfigurationYAML
internal import FeedbackLoop
internal import Foundation
internal import MeshModel
internal import Testing
internal import YAMLNodes

/// The list of proxies that Flyball can reach, and the identity with which it asks them.
struct ProxiesTests {
  /// Parses a configuration whose certificate is `certificate`; nil for plaintext.
  private func parse(
    _ proxies: String, certificate: String? = Certificates.flyball,
    trustDomain: String = "shop.demo"
  ) throws -> Configuration {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("flyball-test-\(UInt32.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }  // Temporary.
    for name in ["flyball.pem", "flyball.key", "roots.pem"] {
      try (certificate ?? "").write(
        to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
    let security =
      certificate == nil
      ? "insecure: true"
      : "tls: {certificate: flyball.pem, key: flyball.key, clientRoots: roots.pem}"
    let text = """
      apiVersion: flyball.dev/v1alpha1
      kind: Configuration
      mesh: {trustDomain: \(trustDomain)}
      listen:
        proxies: {address: 127.0.0.1:15010, \(security)}
        admin: 127.0.0.1:15020
        socket: flyball.sock
      history: history.db
      policies: policies
      proxies:
      \(proxies)
      """
    // A file of its own name, so that the folder is not in the mistakes.
    let configuration = try Configuration.parse(text, file: folder.path + "/flyball.yaml")
    #expect(
      try Configuration.parse(configuration.effectiveText, file: "/etc/flyball/x.yaml")
        == configuration)
    return configuration
  }

  @Test("the loop tests itself once an hour where a proxy can be probed, or as often as is said")
  func selfTest() throws {
    let probed = "  - {\(principal), node: a, admin: \"127.0.0.1:1\", probe: \"127.0.0.1:15006\"}"
    let read = "  - {\(principal), node: a, admin: \"127.0.0.1:1\"}"
    let terms = try #require(try parse(probed).selfTest)
    #expect(terms.everyMilliseconds == 3_600_000)
    #expect(terms.subject.description == "spiffe://shop.demo/flyball/self-test")
    #expect(terms.readable.map(\.node) == ["a"])
    #expect(try parse(read).selfTest == nil)
    #expect(try parse(probed + "\nselfTest: {every: 10m}").selfTest?.everyMilliseconds == 600_000)
    for proxies in [probed, read] {
      #expect(try parse(proxies + "\nselfTest: {every: off}").selfTest == nil)
    }
    #expect(
      mistakes(read + "\nselfTest: {every: 10m}") == [
        "12:19: selfTest needs a proxy with 'probe': nothing else proves that its rule works"
      ])
    #expect(
      mistakes(probed + "\nselfTest: {every: 9s}")
        == ["12:19: selfTest.every must be off, or at least 10s"])
    #expect(
      mistakes(probed + "\nselfTest: {every: never}") == [
        "12:19: selfTest.every must be a time such as 250ms, 60s, 15m or 1h, above 0 and at most"
          + " 86400s"
      ])
    #expect(
      mistakes(probed + "\nselfTest: {often: 1h}") == [
        "12:11: selfTest needs 'every'",
        "12:12: unknown key 'often' in selfTest; known are every",
      ])
  }

  private func mistakes(_ proxies: String, certificate: String? = Certificates.flyball) -> [String]
  {
    do {
      _ = try parse(proxies, certificate: certificate)
      return []
    } catch let error as Diagnostics {
      return error.all.map { "\($0.line):\($0.column): \($0.message)" }
    } catch {
      return ["\(error)"]
    }
  }

  private let principal = "principal: \"spiffe://shop.demo/ns/shop/sa/payments\""

  @Test("a proxy has an admin interface, over the network or a unix socket, a probe, or both")
  func entries() throws {
    let configuration = try parse(
      """
        - {\(principal), node: a, admin: "127.0.0.1:9901"}
        - {\(principal), node: b, admin: "unix:/run/envoy/admin.sock", probe: "127.0.0.1:15006"}
        - {\(principal), node: c, probe: "127.0.0.1:15007"}
      """)
    #expect(
      configuration.reachable.map(\.admin?.description)
        == ["127.0.0.1:9901", "unix:/run/envoy/admin.sock", nil])
    #expect(
      configuration.reachable.map(\.probe?.description)
        == [nil, "127.0.0.1:15006", "127.0.0.1:15007"])
    #expect(Set(configuration.limits.probed.map(\.node)) == ["b", "c"])
  }

  @Test("the identity to probe with, which is protected, is the one URI of the certificate")
  func own() throws {
    #expect(
      try parse("  []").limits.own?.description == "spiffe://shop.demo/ns/shop/sa/flyball")
    #expect(try parse("  []", certificate: Certificates.twoNames).limits.own == nil)
    #expect(try parse("  []", certificate: "no certificate").limits.own == nil)
    #expect(try parse("  []", certificate: nil).limits.own == nil)
    #expect(try parse("  []", trustDomain: "other.demo").limits.own == nil)
  }

  @Test("without such a certificate there is nothing to probe with", arguments: [true, false])
  func nothingToProbeWith(isPlaintext: Bool) {
    #expect(
      mistakes(
        "  - {\(principal), node: a, probe: \"127.0.0.1:15006\"}",
        certificate: isPlaintext ? nil : Certificates.twoNames) == [
          "11:75: probe needs a certificate in listen.proxies.tls with one URI, a SPIFFE ID of the"
            + " mesh: Flyball asks with it"
        ])
  }

  @Test("every mistake in the list is told, each with its place")
  func everyMistake() {
    #expect(
      mistakes(
        """
          - {\(principal), node: a}
          - {\(principal), node: b, admin: "unix:", probe: "15006"}
          - {\(principal), node: c, admin: "unix:/\(String(repeating: "x", count: 107))"}
          - {\(principal), node: d, admin: "127.0.0.1:1", port: 3}
          - {\(principal), node: d, admin: "127.0.0.1:2"}
        """) == [
          "11:5: a proxy needs 'admin' or 'probe'",
          "12:75: admin must be unix: and a path of at most 107 bytes",
          "12:91: probe must be an IPv4 address and a port such as 127.0.0.1:15010",
          "13:75: admin must be unix: and a path of at most 107 bytes",
          "14:90: unknown key 'port' in a proxy; known are admin, node, principal, probe",
          "15:5: node 'd' of spiffe://shop.demo/ns/shop/sa/payments is here twice",
        ])
  }
}

/// Self-signed, valid for a hundred years, and their keys are gone.
private enum Certificates {
  /// One URI, and a DNS name.
  static let flyball = """
    -----BEGIN CERTIFICATE-----
    MIIBujCCAWCgAwIBAgIUG0XTrDE1Uik/Ky5Lk4ag1YhK/5wwCgYIKoZIzj0EAwIw
    EjEQMA4GA1UEAwwHZmx5YmFsbDAgFw0yNjExMjEyMDQzMDZaGA8yMTI2MTAyODIw
    NDMwNlowEjEQMA4GA1UEAwwHZmx5YmFsbDBZMBMGByqGSM49AgEGCCqGSM49AwEH
    A0IABJTtCYUefXGXJYO899rIAgYaS1CvrFbaTtXEHz0hApyeBdvFEcmTWTHXVCoD
    NO1kHNgB6LCuLCccH5pIgMWdb5GjgZEwgY4wHQYDVR0OBBYEFNEkIOshfS/DHvix
    w8NTXYxUE3H5MB8GA1UdIwQYMBaAFNEkIOshfS/DHvixw8NTXYxUE3H5MA8GA1Ud
    EwEB/wQFMAMBAf8wOwYDVR0RBDQwMoYlc3BpZmZlOi8vc2hvcC5kZW1vL25zL3No
    b3Avc2EvZmx5YmFsbIIJbG9jYWxob3N0MAoGCCqGSM49BAMCA0gAMEUCIDJ0pQ33
    VdnuB4oHMBDbL70wx7QNgjH4E54HoimiI34CAiEA611m82EtM/HMhWpMNPllG/Ei
    SCpcm2N5ILp6bRmVOKA=
    -----END CERTIFICATE-----
    """

  static let twoNames = """
    -----BEGIN CERTIFICATE-----
    MIIB1DCCAXqgAwIBAgIUJNrefC0QH48s7sugvfmSthhi97gwCgYIKoZIzj0EAwIw
    EjEQMA4GA1UEAwwHZmx5YmFsbDAgFw0yNjExMjEyMDQzMDZaGA8yMTI2MTAyODIw
    NDMwNlowEjEQMA4GA1UEAwwHZmx5YmFsbDBZMBMGByqGSM49AgEGCCqGSM49AwEH
    A0IABBXzdD3TxXRnVzE1doTtSCGcSE87I40x8Bgune30bSRStq7YTpTvVzJhhp6g
    RTTgJwVvtA3/xw5Yn9ykVcjA8QyjgaswgagwHQYDVR0OBBYEFDNeOI1eY8F+tXzz
    G1koXBZ5I7s/MB8GA1UdIwQYMBaAFDNeOI1eY8F+tXzzG1koXBZ5I7s/MA8GA1Ud
    EwEB/wQFMAMBAf8wVQYDVR0RBE4wTIYlc3BpZmZlOi8vc2hvcC5kZW1vL25zL3No
    b3Avc2EvZmx5YmFsbIYjc3BpZmZlOi8vc2hvcC5kZW1vL25zL3Nob3Avc2Evb3Ro
    ZXIwCgYIKoZIzj0EAwIDSAAwRQIhALVKz6RkRQx33JrIzO9IZRCS9SxSKLTZVP7j
    4LMosl+pAiAmws9INGnOJCsYIxlp+5Kvm7O3TpSmlRlvaYnUCCY22Q==
    -----END CERTIFICATE-----
    """
}
