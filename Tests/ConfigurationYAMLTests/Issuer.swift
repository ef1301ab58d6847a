internal import Crypto
internal import Foundation
internal import SwiftASN1
internal import X509

/// Writes certificates and keys into a folder, good ones and bad ones.
struct Issuer {
  let folder: URL
  private let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
  /// Lives last from `now - 100 days` on.
  let now: Date

  init(folder: URL, now: Date) throws {
    self.folder = folder
    self.now = now
    try write(try certificate(key.publicKey, uris: [], days: 365), "roots.pem")
  }

  /// `days` from now until the end of its life.
  func issue(_ name: String, uris: [String], days: Double) throws {
    let own = Certificate.PrivateKey(P256.Signing.PrivateKey())
    try write(try certificate(own.publicKey, uris: uris, days: days), "\(name).pem")
    try write(try own.serializeAsPEM().pemString, "\(name).key")
  }

  func write(_ text: String, _ name: String) throws {
    try Data((text + "\n").utf8).write(to: folder.appendingPathComponent(name))
  }

  private func certificate(
    _ publicKey: Certificate.PublicKey, uris: [String], days: Double
  ) throws -> String {
    let name = try DistinguishedName { CommonName("test") }
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: publicKey,
      notValidBefore: now.addingTimeInterval(-100 * 86_400),
      notValidAfter: now.addingTimeInterval(days * 86_400), issuer: name, subject: name,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        if !uris.isEmpty {
          SubjectAlternativeNames(uris.map { .uniformResourceIdentifier($0) })
        }
      }, issuerPrivateKey: key)
    return try certificate.serializeAsPEM().pemString
  }
}
