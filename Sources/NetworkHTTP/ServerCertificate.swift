internal import NIOSSL
internal import Synchronization

/// The certificate that a listener shows, and whom it asks for one. It is read again
/// when its files change; a connection keeps what it began with.
package final class ServerCertificate: Sendable {
  private let files: Files
  private let current: Mutex<NIOSSLContext>

  package struct Files: Hashable, Sendable {
    package let certificate: String
    package let key: String
    /// Nil where nobody is asked for a certificate.
    package let clientCA: String?

    package init(certificate: String, key: String, clientCA: String?) {
      self.certificate = certificate
      self.key = key
      self.clientCA = clientCA
    }
  }

  package init(_ files: Files) throws {
    self.files = files
    current = Mutex(try Self.context(files))
  }

  /// Reads the files again; what was in force stays when they cannot be used.
  package func reload() throws {
    let context = try Self.context(files)
    current.withLock { $0 = context }
  }

  var context: NIOSSLContext { current.withLock { $0 } }

  private static func context(_ files: Files) throws -> NIOSSLContext {
    let chain = try NIOSSLCertificate.fromPEMFile(files.certificate)
    let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    if let clientCA = files.clientCA {
      configuration.trustRoots = .file(clientCA)
      // Whoever shows one must have it from these; whoever shows none comes in by another way.
      configuration.certificateVerification = .optionalVerification
    }
    return try NIOSSLContext(configuration: configuration)
  }
}
