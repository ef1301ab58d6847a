internal import Access
internal import FeedbackLoop
internal import Foundation
internal import MeshModel

extension Configuration {
  /// The configuration in force with every default filled in, as YAML that parses to the same.
  package var effectiveText: String {
    var lines = [
      "apiVersion: flyball.dev/v1alpha1", "kind: Configuration", "mesh:",
      "  trustDomain: \(trustDomain)",
    ]
    lines.append(services.isEmpty ? "  services: []" : "  services:")
    for service in services {
      lines.append(
        "    - {principal: \"\(service.principal)\", names: [\(Self.list(service.names))]}")
    }
    lines.append("  gateways: [\(Self.list(limits.gateways.map(\.description).sorted()))]")
    lines.append("listen:")
    lines += Self.listener("proxies", proxies, security)
    if let otlp { lines += Self.listener("otlp", otlp.address, otlp.security) }
    lines += [
      "  admin: \(admin)", "  socket: \(Self.quoted(socket))",
    ]
    if let operatorGroup {
      lines.append("  socketGroup: \(Self.quoted(Self.name(of: operatorGroup)))")
    }
    if let api { lines += Self.lines(of: api) }
    if let signals { lines += signals.lines }
    if let notifications { lines += notifications.lines }
    if let threats { lines += threats.lines }
    lines += [
      "history:", "  file: \(Self.quoted(history))",
      "  checkpoints: \(Self.quoted(checkpoints))", "  key: \(Self.quoted(historyKey))",
    ]
    if let keepSeconds { lines.append("  keep: \(keepSeconds)s") }
    lines.append("policies: \(Self.quoted(policies))")
    if let rules { lines.append("rules: \(Self.quoted(rules))") }
    lines += [
      "limits:",
      "  maxActive: \(limits.maxActive)", "  maxActiveClients: \(limits.maxActiveClients)",
      "  maxActivePercent: \(limits.maxActivePercent)",
      "  maxActionsPerHour: \(limits.maxActionsPerHour)",
      "  maxContinuous: \(limits.maxContinuousMilliseconds)ms",
      "  maxTTL: \(limits.maxTTLMilliseconds)ms",
      "  protected: [\(Self.list(limits.protected.map(\.description)))]",
      "  protectedClients: [\(Self.list(limits.protectedClients.map(\.description)))]",
    ]
    if let limit = limits.maxActivePerNamespace {
      lines.append("  maxActivePerNamespace: \(limit)")
    }
    lines.append(reachable.isEmpty ? "proxies: []" : "proxies:")
    for proxy in reachable {
      lines.append(
        "  - {principal: \"\(proxy.id.principal)\", node: \(Self.quoted(proxy.id.node))"
          + (proxy.admin.map { ", admin: \(Self.quoted($0.description))" } ?? "")
          + (proxy.probe.map { ", probe: \"\($0)\"" } ?? "") + "}")
    }
    let every = selfTest.map { "\($0.everyMilliseconds)ms" } ?? "off"
    lines.append("selfTest: {every: \(every)}")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func name(of group: UInt32) -> String {
    getgrgid(group).map { String(cString: $0.pointee.gr_name) } ?? String(group)
  }

  private static func listener(
    _ name: String, _ address: Address, _ security: ProxySecurity
  ) -> [String] {
    let head = ["  \(name):", "    address: \(address)"]
    switch security {
    case .insecure: return head + ["    insecure: true"]
    case .mutualTLS(let certificate, let key, let clientRoots):
      return head + [
        "    tls:", "      certificate: \(quoted(certificate))", "      key: \(quoted(key))",
        "      clientRoots: \(quoted(clientRoots))",
      ]
    }
  }

  private static func lines(of api: APISettings) -> [String] {
    var lines = ["api:", "  listen: \(api.address)"] + self.lines(of: api.security)
    lines.append("  allowedHosts: [\(list(api.allowedHosts))]")
    if let tokens = api.tokens { lines.append("  tokens: \(quoted(tokens))") }
    lines.append(api.operators.isEmpty ? "  operators: []" : "  operators:")
    for entry in api.operators {
      lines += [
        "    - name: \(quoted(entry.name))",
        "      grants: [\(entry.grants.map(\.yaml).joined(separator: ", "))]",
        "      certificates: [\(list(entry.certificates.map(\.description).sorted()))]",
      ]
      if let login = entry.login { lines.append("      login: \(quoted(login))") }
      if let user = entry.user { lines.append("      user: \(quoted(user))") }
    }
    return lines + (api.login.map(Self.lines) ?? [])
  }

  static func lines(of security: APISettings.Security) -> [String] {
    switch security {
    case .insecure: ["  insecure: true"]
    case .tls(let certificate, let key, let clientCA):
      ["  certificate: \(quoted(certificate))", "  key: \(quoted(key))"]
        + (clientCA.map { ["  clientCA: \(quoted($0))"] } ?? [])
    }
  }

  private static func lines(of login: APISettings.Login) -> [String] {
    let terms = login.terms
    var lines = [
      "  oidc:", "    issuer: \(quoted(terms.issuer.description))",
      "    clientID: \(quoted(terms.clientID))",
      "    redirect: \(quoted(terms.redirect.description))",
      "    scopes: [\(list(terms.scopes))]",
      "    nameClaim: \(quoted(terms.nameClaim))", "    grantsClaim: \(quoted(terms.grantsClaim))",
    ]
    if let secret = login.clientSecretFile {
      lines.append("    clientSecretFile: \(quoted(secret))")
    }
    lines.append(terms.grants.isEmpty ? "    grants: []" : "    grants:")
    for grant in terms.grants {
      lines.append("      - {value: \(quoted(grant.value)), \(grant.grant.yamlFields)}")
    }
    return lines
  }

  static func list(_ texts: [String]) -> String {
    texts.map(quoted).joined(separator: ", ")
  }

  static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
