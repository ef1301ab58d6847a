internal import FeedbackLoop
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
    lines += ["listen:", "  proxies:", "    address: \(proxies)"]
    switch security {
    case .insecure: lines.append("    insecure: true")
    case .mutualTLS(let certificate, let key, let clientRoots):
      lines += [
        "    tls:", "      certificate: \(Self.quoted(certificate))",
        "      key: \(Self.quoted(key))", "      clientRoots: \(Self.quoted(clientRoots))",
      ]
    }
    lines += [
      "  admin: \(admin)", "  socket: \(Self.quoted(socket))",
      "history: \(Self.quoted(history))", "policies: \(Self.quoted(policies))", "limits:",
      "  maxActive: \(limits.maxActive)", "  maxTTL: \(limits.maxTTLMilliseconds)ms",
      "  protected: [\(Self.list(limits.protected.map(\.description)))]",
      "  protectedClients: [\(Self.list(limits.protectedClients.map(\.description)))]",
    ]
    lines.append(readback.isEmpty ? "readback: []" : "readback:")
    for entry in readback {
      lines.append(
        "  - {principal: \"\(entry.proxy.principal)\", node: \(Self.quoted(entry.proxy.node)),"
          + " admin: \"\(entry.admin)\"}")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func list(_ texts: [String]) -> String {
    texts.map(quoted).joined(separator: ", ")
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
