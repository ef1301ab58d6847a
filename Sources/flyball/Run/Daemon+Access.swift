internal import Access
internal import ConfigurationYAML
internal import ControlAPI
internal import Foundation
internal import HistorySQLite
internal import Logging
internal import LoginOIDC
internal import LoopRuntime
internal import MeshModel
internal import NetworkHTTP
internal import ServiceLifecycle

extension Daemon {
  /// The operators' interface on the network, if there is to be one, behind the routes of the socket.
  static func networkServices(
    _ settings: APISettings?, _ operators: OperatorServer, _ console: ConsoleRoutes,
    now: @escaping @Sendable () -> Timestamp
  ) throws -> [any Service] {
    guard let settings else { return [] }
    let certificate = try settings.security.serverCertificate()
    let keeper = AccessKeeper(
      directory: try settings.directory(), hosts: settings.hosts, isSecure: certificate != nil,
      now: now)
    guard let keeper else { return [] }  // It has the random bytes that it needs.
    return [
      NetworkListener(
        operators,
        at: WebServer(
          host: settings.address.host, port: settings.address.port, certificate: certificate),
        keeper: keeper, login: try provider(settings, now: now), console: console),
      AccessReload(settings: settings, keeper: keeper),
      CertificateReload(settings.security, certificate),
    ]
  }

  /// Where operators log in, if they do so elsewhere.
  private static func provider(
    _ settings: APISettings, now: @escaping @Sendable () -> Timestamp
  ) throws -> OIDCProvider? {
    guard let login = settings.login else { return nil }
    let secret = try login.clientSecretFile.map { path in
      try String(contentsOfFile: path, encoding: .utf8)
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
    return OIDCProvider(login.terms, secret: secret, now: now, random: AccessKeeper.random)
  }

  func console(
    _ desk: ControlDesk, _ scoring: Scoring, _ checkpoints: CheckpointWriter
  ) -> ConsoleRoutes {
    ConsoleRoutes(desk: desk, scoring: scoring, checkpoints: { checkpoints.standing })
  }
}
