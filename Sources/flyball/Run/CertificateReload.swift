internal import ConfigurationYAML
internal import Logging
internal import NetworkHTTP
internal import ServiceLifecycle

/// Looks each second whether a certificate of a listener was replaced, and takes it up. What cannot be
/// used is named once, and what was in force stays.
struct CertificateReload: Service {
  let security: APISettings.Security
  let certificate: ServerCertificate?
  private let logger = Logger(label: "flyball.access")

  init(_ security: APISettings.Security, _ certificate: ServerCertificate?) {
    self.security = security
    self.certificate = certificate
  }

  func run() async throws {
    try? await cancelWhenGracefulShutdown {  // Ends by cancellation only.
      var known = stamps
      while true {
        try await Task.sleep(for: .seconds(1))
        let new = stamps
        if new != known { reload() }
        known = new
      }
    }
  }

  private func reload() {
    do {
      try certificate?.reload()
      logger.info("certificate read")
    } catch {
      logger.error("the certificate in force stays", metadata: ["mistake": "\(error)"])
    }
  }

  private var stamps: [FileStamp?] {
    guard case .tls(let certificate, let key, let clientCA) = security else { return [] }
    return [certificate, key, clientCA].compactMap(\.self).map { FileStamp($0) }
  }
}

extension APISettings.Security {
  /// What a listener shows; nil for plaintext.
  func serverCertificate() throws -> ServerCertificate? {
    guard case .tls(let chain, let key, let clientCA) = self else { return nil }
    return try ServerCertificate(.init(certificate: chain, key: key, clientCA: clientCA))
  }
}
