internal import FeedbackLoop
internal import Foundation
internal import MeshModel
internal import SwiftASN1
internal import X509
internal import Yams
internal import YAMLNodes

/// The proxies that Flyball can reach, and the identity with which it asks them.
extension YAMLReader {
  /// The one SPIFFE ID of the mesh in the certificate of the listener for proxies; nil without one,
  /// and then nothing can be probed.
  func own(_ security: Configuration.ProxySecurity?, _ trustDomain: String?) -> SPIFFEID? {
    guard case .mutualTLS(let path, _, _) = security,
      let pem = try? String(contentsOfFile: path, encoding: .utf8),  // Unreadable: no name.
      let leaf = try? PEMDocument.parseMultiple(pemString: pem).first,
      let certificate = try? Certificate(pemDocument: leaf),
      let names = try? certificate.extensions.subjectAlternativeNames
    else { return nil }
    let uris = names.compactMap { name in
      if case .uniformResourceIdentifier(let uri) = name { uri } else { nil }
    }
    guard uris.count == 1, let identity = try? SPIFFEID(parsing: uris[0]),  // As above.
      identity.trustDomain == trustDomain, !identity.isReserved
    else { return nil }
    return identity
  }

  mutating func reachable(
    _ node: Node?, own: SPIFFEID?, _ trustDomain: String?, path: (String) -> String
  ) -> [Configuration.Proxy] {
    var proxies: [Configuration.Proxy] = []
    for item in list(node, "proxies") {
      guard let proxy = proxy(item, own: own, trustDomain, path: path) else { continue }
      if proxies.contains(where: { $0.id == proxy.id }) {
        fail("node '\(proxy.id.node)' of \(proxy.id.principal) is here twice", at: item)
      }
      proxies.append(proxy)
    }
    return proxies
  }

  private mutating func proxy(
    _ node: Node, own: SPIFFEID?, _ trustDomain: String?, path: (String) -> String
  ) -> Configuration.Proxy? {
    let fields = fields(
      of: node, "a proxy", required: ["principal", "node"], optional: ["admin", "probe"])
    if fields["admin"] == nil, fields["probe"] == nil {
      fail("a proxy needs 'admin' or 'probe'", at: node)
    }
    if let probe = fields["probe"], own == nil {
      fail(
        "probe needs a certificate in listen.proxies.tls with one URI, a SPIFFE ID of the mesh:"
          + " Flyball asks with it", at: probe)
    }
    guard let principal = identity(fields["principal"], "principal", trustDomain),
      let name = text(fields["node"], "node")
    else { return nil }
    return Configuration.Proxy(
      id: ProxyID(principal: principal, node: name), admin: admin(fields["admin"], path),
      probe: address(fields["probe"], "probe"))
  }

  private mutating func admin(
    _ node: Node?, _ path: (String) -> String
  ) -> Configuration.AdminAddress? {
    guard let node, let text = text(node, "admin") else { return nil }
    guard text.hasPrefix(Self.unix) else {
      return address(node, "admin").map { .network($0) }
    }
    let socket = path(String(text.dropFirst(Self.unix.count)))
    guard text.utf8.count > Self.unix.utf8.count, socket.utf8.count <= Self.maximumSocketBytes
    else {
      fail(
        "admin must be unix: and a path of at most \(Self.maximumSocketBytes) bytes", at: node)
      return nil
    }
    return .socket(socket)
  }

  private static let unix = "unix:"
  /// What fits into a unix socket's address with its closing zero.
  private static let maximumSocketBytes = 107
}
