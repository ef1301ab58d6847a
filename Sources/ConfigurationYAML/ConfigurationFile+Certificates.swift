internal import Foundation
internal import MeshModel
internal import SwiftASN1
internal import X509

extension ConfigurationFile {
  /// Each listener's own certificate, its key, and the roots of those who may connect.
  func listenerChecks(at now: Timestamp) -> [ConfigurationCheck] {
    let date = Date(timeIntervalSince1970: Double(now.microseconds) / 1_000_000)
    var checks: [ConfigurationCheck] = []
    let securities: [(Listener, Configuration.ProxySecurity?)] = [
      (Listener.proxies, configuration.security), (.otlp, configuration.otlp?.security),
    ]
    for case (let listener, .mutualTLS(let certificate, let key, let roots)?) in securities {
      let chain = chain(certificate, .certificate(of: listener), at: date)
      checks.append(chain.check)
      checks.append(keyCheck(key, .key(of: listener), of: chain.leaf))
      checks.append(rootsCheck(roots, .clientRoots(of: listener), at: date))
    }
    return checks
  }

  /// The same of the listeners for operators and for signals, whose certificates have the names that
  /// browsers and senders go by.
  func webCertificateChecks(at now: Timestamp) -> [ConfigurationCheck] {
    let date = Date(timeIntervalSince1970: Double(now.microseconds) / 1_000_000)
    var checks: [ConfigurationCheck] = []
    let securities = [
      (Listener.api, configuration.api?.security), (.signals, configuration.signals?.security),
    ]
    for case (let listener, .tls(let certificate, let key, let clientCA)?) in securities {
      let (own, leaf) = lives(certificate, .certificate(of: listener), at: date)
      checks += [own, keyCheck(key, .key(of: listener), of: leaf)]
      if let clientCA { checks.append(rootsCheck(clientCA, .clientRoots(of: listener), at: date)) }
    }
    return checks
  }

  /// Whether all of a chain is valid now.
  private func lives(
    _ path: String, _ field: Field, at now: Date
  ) -> (check: ConfigurationCheck, leaf: Certificate?) {
    switch certificates(path, field) {
    case .failure(let reason): return (reason.check, nil)
    case .success(let chain):
      for certificate in chain {
        if let fault = lifeFault(certificate, path, field, at: now) { return (fault, chain[0]) }
      }
      let days = Int(chain[0].notValidAfter.timeIntervalSince(now) / 86_400)
      return (
        ConfigurationCheck(what: field.name, outcome: .sound("valid for another \(days) days")),
        chain[0]
      )
    }
  }

  private func chain(
    _ path: String, _ field: Field, at now: Date
  ) -> (check: ConfigurationCheck, leaf: Certificate?) {
    let what = field.name
    let chain: [Certificate]
    switch certificates(path, field) {
    case .failure(let reason): return (reason.check, nil)
    case .success(let read): chain = read
    }
    let leaf = chain[0]
    for certificate in chain {
      if let fault = lifeFault(certificate, path, field, at: now) { return (fault, leaf) }
    }
    let names = leaf.uriNames
    guard !names.isEmpty else {
      return (
        check(
          what, field, doubtful: "\(what): \(path) has no URI name",
          fix: "issue it with a SPIFFE ID: proxies that ask for one will not connect"), leaf
      )
    }
    let prefix = "spiffe://\(configuration.trustDomain)/"
    guard names.contains(where: { $0.hasPrefix(prefix) }) else {
      return (
        check(
          what, field,
          doubtful: "\(what): \(path) is of \(names.joined(separator: ", ")), of no trust domain"
            + " '\(configuration.trustDomain)'",
          fix: "issue it in the mesh's own: proxies that ask for that will not connect"), leaf
      )
    }
    let days = Int(leaf.notValidAfter.timeIntervalSince(now) / 86_400)
    return (
      ConfigurationCheck(
        what: what,
        outcome: .sound("\(names.joined(separator: ", ")), valid for another \(days) days")), leaf
    )
  }

  private func lifeFault(
    _ certificate: Certificate, _ path: String, _ field: Field, at now: Date
  ) -> ConfigurationCheck? {
    let what = field.name
    let end = certificate.notValidAfter
    if now > end {
      return check(
        what, field, wrong: "\(what): \(path) expired at \(Self.text(end))",
        fix: "renew it: nobody connects to it")
    }
    if now < certificate.notValidBefore {
      return check(
        what, field,
        wrong: "\(what): \(path) is not valid before \(Self.text(certificate.notValidBefore))",
        fix: "look at this machine's clock, or wait")
    }
    let left = end.timeIntervalSince(now)
    let life = end.timeIntervalSince(certificate.notValidBefore)
    // Short lives are renewed late by intent.
    guard left < Self.soonSeconds, left < life / 3 else { return nil }
    return check(
      what, field, doubtful: "\(what): \(path) expires at \(Self.text(end))",
      fix: "renew it, and start Flyball again")
  }

  private func keyCheck(
    _ path: String, _ field: Field, of leaf: Certificate?
  ) -> ConfigurationCheck {
    let what = field.name
    let key: Certificate.PrivateKey
    do {
      key = try Certificate.PrivateKey(pemEncoded: try Self.text(of: path))
    } catch {
      return check(
        what, field, wrong: "\(what): \(path) holds no private key in PEM",
        fix: "give the key of the certificate, without a password")
    }
    guard let leaf else {
      return ConfigurationCheck(what: what, outcome: .sound(path))
    }
    guard key.publicKey == leaf.publicKey else {
      return check(
        what, field, wrong: "\(what): \(path) is not the key of the certificate",
        fix: "give the two that were issued together")
    }
    return ConfigurationCheck(what: what, outcome: .sound("it is the certificate's"))
  }

  private func rootsCheck(_ path: String, _ field: Field, at now: Date) -> ConfigurationCheck {
    let what = field.name
    let roots: [Certificate]
    switch certificates(path, field) {
    case .failure(let reason): return reason.check
    case .success(let read): roots = read
    }
    let valid = roots.filter { now <= $0.notValidAfter && now >= $0.notValidBefore }
    guard let last = valid.map(\.notValidAfter).max() else {
      return check(
        what, field, wrong: "\(what): none of the \(roots.count) in \(path) is valid now",
        fix: "renew them: nobody can connect")
    }
    guard last.timeIntervalSince(now) >= Self.soonSeconds else {
      return check(
        what, field, doubtful: "\(what): the last in \(path) expires at \(Self.text(last))",
        fix: "add the root that follows it, and start Flyball again")
    }
    return ConfigurationCheck(
      what: what,
      outcome: .sound("\(valid.count) of \(roots.count) valid, the last until \(Self.text(last))"))
  }

  private struct Fault: Error {
    var check: ConfigurationCheck
  }

  /// At least one.
  private func certificates(_ path: String, _ field: Field) -> Result<[Certificate], Fault> {
    do {
      let documents = try PEMDocument.parseMultiple(pemString: try Self.text(of: path))
      let certificates = try documents.filter { $0.discriminator == "CERTIFICATE" }
        .map { try Certificate(pemDocument: $0) }
      if !certificates.isEmpty { return .success(certificates) }
    } catch {
      // Whatever it is, it cannot be used.
    }
    return .failure(
      Fault(
        check: check(
          field.name, field, wrong: "\(field.name): \(path) holds no certificate in PEM",
          fix: "give one, or a chain with the own one first")))
  }

  private static func text(of path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  private static func text(_ date: Date) -> String {
    Timestamp(seconds: Int64(date.timeIntervalSince1970)).rfc3339
  }

  /// Seconds before its end when a certificate is spoken of.
  private static let soonSeconds: TimeInterval = 7 * 86_400
}

extension ConfigurationFile.Field {
  /// As in the file.
  var name: String {
    switch self {
    case .history: "history"
    case .socket: "listen.socket"
    case .proxies: "listen.proxies"
    case .otlp: "listen.otlp"
    case .admin: "listen.admin"
    case .api: "api.listen"
    case .signals: "signals.listen"
    case .tokens: "api.tokens"
    case .never: "threats.never"
    case .certificate(let listener) where listener.isWeb: "\(listener.rawValue).certificate"
    case .key(let listener) where listener.isWeb: "\(listener.rawValue).key"
    case .clientRoots(let listener) where listener.isWeb: "\(listener.rawValue).clientCA"
    case .certificate(let listener): "\(listener.rawValue).tls.certificate"
    case .key(let listener): "\(listener.rawValue).tls.key"
    case .clientRoots(let listener): "\(listener.rawValue).tls.clientRoots"
    }
  }
}

extension ConfigurationFile.Listener {
  /// Whether its files stand beside its address, and not in a `tls` below `listen`.
  fileprivate var isWeb: Bool {
    switch self {
    case .proxies, .otlp: false
    case .api, .signals: true
    }
  }
}

extension Certificate {
  fileprivate var uriNames: [String] {
    // What cannot be read names nobody.
    guard let names = try? extensions.subjectAlternativeNames else { return [] }
    return names.compactMap { name in
      if case .uniformResourceIdentifier(let uri) = name { uri } else { nil }
    }
  }
}
