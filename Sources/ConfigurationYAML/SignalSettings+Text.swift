internal import Access
internal import JSONNodes
internal import MeshModel
internal import Signals

extension SignalSettings {
  /// As YAML that is read as the same.
  var lines: [String] {
    ["signals:", "  listen: \(address)"] + Configuration.lines(of: security)
      + ["  senders:"] + senders.flatMap(\.lines)
  }
}

extension SignalSettings.Sender {
  fileprivate var lines: [String] {
    var lines = ["    - name: \(name)"]
    switch format {
    case .alertmanager: lines.append("      format: alertmanager")
    case .falco: lines.append("      format: falco")
    case .cloudEvents(let fields, let matter):
      let id = matter.map { ["id: \(Configuration.quoted($0.description))"] } ?? []
      lines += [
        "      format: cloud-events",
        "      mapping: {\((id + fields.parts).joined(separator: ", "))}",
      ]
    case .mapped(let mapping):
      lines += [
        "      format: mapped", "      mapping: {\(mapping.parts.joined(separator: ", "))}",
      ]
    }
    switch proof {
    case .bearer(let tokens):
      lines.append("      bearer:")
      lines += tokens.map {
        "        - {id: \"\($0.id)\", sha256: \"\($0.digest.hexadecimal)\","
          + " expires: \"\($0.expires.rfc3339)\"}"
      }
    case .certificate(let identities):
      lines.append("      certificate: [\(Configuration.list(identities.map(\.description)))]")
    case .hubSignature(let files): lines += ["      hubSignature:"] + files.map(\.line)
    case .standardWebhooks(let files): lines += ["      standardWebhooks:"] + files.map(\.line)
    }
    lines.append("      workloads:")
    return lines + workloads.map { "        - {\($0.text)}" }
  }
}

extension SignalSettings.KeyFile {
  fileprivate var line: String {
    "        - {file: \(Configuration.quoted(path))"
      + (notAfter.map { ", notAfter: \"\($0.rfc3339)\"" } ?? "") + "}"
  }
}

extension WorkloadRule {
  fileprivate var text: String {
    let quoted = { (text: String) in Configuration.quoted(text) }
    return switch self {
    case .identity(let label): "identity: \(quoted(label))"
    case .pod(let namespace, let pod): "pod: \(quoted(pod)), namespace: \(quoted(namespace))"
    case .serviceAccount(let namespace, let account):
      "serviceAccount: \(quoted(account)), namespace: \(quoted(namespace))"
    case .template(let template): "template: \(quoted(template.description))"
    }
  }
}

extension SignalMapping {
  fileprivate var parts: [String] {
    let signals = signals.map { ["signals: \(Configuration.quoted($0.description))"] } ?? []
    return signals + [
      "id: \(Configuration.quoted(id.description))",
      "time: \(Configuration.quoted(time.description))", "timeForm: \(timeForm.rawValue)",
    ] + fields.parts
  }
}

extension SignalFields {
  fileprivate var parts: [String] {
    let named = [
      ("name", name), ("title", title), ("severity", severity), ("labelObject", labelObject),
    ]
    var parts = named.compactMap { name, pointer in
      pointer.map { "\(name): \(Configuration.quoted($0.description))" }
    }
    if let status {
      parts.append(
        "status: {at: \(Configuration.quoted(status.at.description)),"
          + " firing: [\(Configuration.list(status.firing.sorted()))],"
          + " resolved: [\(Configuration.list(status.resolved.sorted()))]}")
    }
    if !labels.isEmpty {
      let pairs = labels.sorted { $0.key < $1.key }.map {
        "\(Configuration.quoted($0.key)): \(Configuration.quoted($0.value.description))"
      }
      parts.append("labels: {\(pairs.joined(separator: ", "))}")
    }
    return parts
  }
}
