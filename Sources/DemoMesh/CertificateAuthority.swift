internal import Crypto
internal import Foundation
internal import MeshModel
internal import SwiftASN1
internal import X509

/// A certificate authority for one demonstration mesh. Its key never leaves memory.
package struct CertificateAuthority {
  /// PEM files of one identity.
  package struct Files: Hashable, Sendable {
    package var certificate: String
    package var key: String
    package var roots: String
  }

  private let folder: String
  private let key: Certificate.PrivateKey
  private let certificate: Certificate
  private var rootsPath: String { folder + "/roots.pem" }

  /// Makes the authority and writes its root into `folder`.
  package init(folder: String) throws {
    self.folder = folder
    let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    self.key = key
    let name = try DistinguishedName { CommonName("Flyball demonstration CA") }
    certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: key.publicKey,
      notValidBefore: Date(timeIntervalSinceNow: -60),
      notValidAfter: Date(timeIntervalSinceNow: 86_400), issuer: name, subject: name,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        Critical(KeyUsage(digitalSignature: true, keyCertSign: true, cRLSign: true))
        SubjectKeyIdentifier(hash: key.publicKey)
      }, issuerPrivateKey: key)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try write(try certificate.serializeAsPEM().pemString, to: rootsPath)
  }

  /// Issues a certificate whose URI names are `identities`: one, but for tests of refusal.
  package func issue(_ identities: [String], name: String) throws -> Files {
    let leafKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let leaf = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: leafKey.publicKey,
      notValidBefore: Date(timeIntervalSinceNow: -60),
      notValidAfter: Date(timeIntervalSinceNow: 86_400), issuer: certificate.subject,
      subject: try DistinguishedName { CommonName(name) },
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([.serverAuth, .clientAuth])
        SubjectAlternativeNames(
          identities.map { .uniformResourceIdentifier($0) } + [.dnsName("localhost")])
        AuthorityKeyIdentifier(
          keyIdentifier: SubjectKeyIdentifier(hash: key.publicKey).keyIdentifier)
      }, issuerPrivateKey: key)
    let files = Files(
      certificate: "\(folder)/\(name).pem", key: "\(folder)/\(name).key", roots: rootsPath)
    try write(try leaf.serializeAsPEM().pemString, to: files.certificate)
    try write(try leafKey.serializeAsPEM().pemString, to: files.key)
    return files
  }

  private func write(_ pem: String, to path: String) throws {
    try Data((pem + "\n").utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
  }
}
