internal import ConfigurationYAML
internal import Foundation
internal import Glibc
internal import MeshModel
internal import Testing
internal import YAMLNodes

/// What is valid in itself and yet wrong on this machine.
struct ConfigurationCheckTests {
  private let folder: URL
  private let issuer: Issuer
  private let now = Timestamp(seconds: 1_800_000_000)

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("flyball-check-\(UInt32.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    issuer = try Issuer(folder: folder, now: Date(timeIntervalSince1970: 1_800_000_000))
    try issuer.issue("own", uris: ["spiffe://shop.demo/ns/shop/sa/flyball"], days: 200)
  }

  private func file(
    certificate: String = "own.pem", key: String = "own.key", roots: String = "roots.pem",
    socket: String = "s", history: String = "h.db", port: Int = 0
  ) throws -> ConfigurationFile {
    try ConfigurationFile.parse(
      """
      apiVersion: flyball.dev/v1alpha1
      kind: Configuration
      mesh: {trustDomain: shop.demo}
      listen:
        proxies:
          address: 127.0.0.1:\(port)
          tls:
            certificate: \(certificate)
            key: \(key)
            clientRoots: \(roots)
        admin: 127.0.0.1:0
        socket: \(socket)
      history: \(history)
      policies: p
      """, file: folder.path + "/f.yaml")
  }

  /// The mistakes, without the folder's name.
  private func mistakes(_ file: ConfigurationFile) -> [String] {
    do {
      try file.checks(at: now).refuseMistakes()
      return []
    } catch {
      return error.all.map { short($0) }
    }
  }

  private func short(_ diagnostic: Diagnostic) -> String {
    diagnostic.description.replacingOccurrences(of: folder.path + "/", with: "")
      .replacingOccurrences(of: folder.path, with: "FOLDER")
  }

  @Test("a sound configuration has neither mistakes nor doubts")
  func sound() throws {
    let file = try file()
    #expect(mistakes(file).isEmpty)
    #expect(file.checks(at: now).doubts.isEmpty)
    #expect(file.checks(at: now).count == 5)
  }

  @Test("a certificate that is no certificate is refused at its place")
  func garbage() throws {
    try issuer.write("no certificate", "bad.pem")
    #expect(
      mistakes(try file(certificate: "bad.pem")) == [
        "f.yaml:8:20: proxies.tls.certificate: bad.pem holds no certificate in PEM: give one, or a"
          + " chain with the own one first"
      ])
    #expect(
      mistakes(try file(roots: "bad.pem")).first?.hasPrefix(
        "f.yaml:10:20: proxies.tls.clientRoots: bad.pem holds no certificate in PEM") == true)
    #expect(
      mistakes(try file(key: "bad.pem")).first?.hasPrefix(
        "f.yaml:9:12: proxies.tls.key: bad.pem holds no private key in PEM") == true)
  }

  @Test(
    "a certificate that has expired, or is not valid yet, is refused; one that soon will is said")
  func lives() throws {
    try issuer.issue("old", uris: ["spiffe://shop.demo/flyball"], days: -1)
    let old = mistakes(try file(certificate: "old.pem", key: "old.key"))
    #expect(old.count == 1)
    #expect(
      old.first?.hasPrefix("f.yaml:8:20: proxies.tls.certificate: old.pem expired at 2027-01-1")
        == true)
    try issuer.issue("late", uris: ["spiffe://shop.demo/flyball"], days: 3)
    let late = try file(certificate: "late.pem", key: "late.key")
    #expect(mistakes(late).isEmpty)
    let doubt = try #require(late.checks(at: now).doubts.first)
    #expect(short(doubt).hasPrefix("f.yaml:8:20: proxies.tls.certificate: late.pem expires at"))
    let early = now.adding(milliseconds: -101 * 86_400_000)
    #expect(throws: Diagnostics.self) { try file().checks(at: early).refuseMistakes() }
  }

  @Test("a key of another certificate is refused")
  func foreignKey() throws {
    try issuer.issue("other", uris: ["spiffe://shop.demo/other"], days: 200)
    #expect(
      mistakes(try file(key: "other.key")) == [
        "f.yaml:9:12: proxies.tls.key: other.key is not the key of the certificate: give the two that"
          + " were issued together"
      ])
  }

  @Test(
    "a certificate without a SPIFFE ID of the mesh is doubted", arguments: [[], ["spiffe://x/y"]])
  func names(uris: [String]) throws {
    try issuer.issue("odd", uris: uris, days: 200)
    let file = try file(certificate: "odd.pem", key: "odd.key")
    #expect(mistakes(file).isEmpty)
    #expect(file.checks(at: now).doubts.map(\.line) == [8])
  }

  @Test("a folder that is missing is refused at its place, for the history and for the socket")
  func folders() throws {
    #expect(
      mistakes(try file(socket: "none/s", history: "none/h.db")) == [
        "f.yaml:12:11: listen.socket: there is no folder none: make it, for the user that runs"
          + " Flyball",
        "f.yaml:13:10: history: there is no folder none: make it, for the user that runs Flyball",
      ])
  }

  @Test("a socket's path has at most 107 bytes")
  func longSocket() throws {
    let room = 107 - folder.path.utf8.count - 1
    #expect(mistakes(try file(socket: String(repeating: "s", count: room))).isEmpty)
    let found = mistakes(try file(socket: String(repeating: "s", count: room + 1)))
    #expect(found.count == 1)
    #expect(found.first?.contains("is 108 bytes long, and a socket's path at most 107") == true)
    #expect(found.first?.hasPrefix("f.yaml:12:11: ") == true)
  }

  @Test("a port that another program holds is refused at its place, and our own daemon's is not")
  func ports() throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard bind(descriptor, address, length) == 0, listen(descriptor, 1) == 0 else { return }
        getsockname(descriptor, address, &length)
      }
      return Int(UInt16(bigEndian: pointer.pointee.sin_port))
    }
    let file = try file(port: port)
    do {
      try file.portChecks(own: []).refuseMistakes()
      Issue.record("the port is held")
    } catch {
      #expect(
        error.all.map { short($0) } == [
          "f.yaml:6:14: listen.proxies: cannot listen on 127.0.0.1:\(port): Address already in use:"
            + " stop what listens there ('ss -ltnp' names it), or choose another port"
        ])
    }
    try file.portChecks(own: ["127.0.0.1:\(port)"]).refuseMistakes()
  }
}
