internal import Access
internal import MeshModel
internal import Notifications

extension NotificationTerms {
  /// As YAML that is read as the same.
  var lines: [String] {
    var lines = ["notifications:", "  instance: \(Configuration.quoted(instance))"]
    if let address { lines.append("  address: \(Configuration.quoted(address.description))") }
    return lines + ["  receivers:"] + receivers.flatMap(\.lines)
  }
}

extension NoticeReceiver {
  fileprivate var lines: [String] {
    var fields: [(String, String?)] = [("kind", method.kind.rawValue)]
    switch place {
    case .address(let address): fields.append(("url", address.description))
    case .file(let file): fields.append(("urlFile", file))
    }
    if case .standardWebhooks(let keysFile) = method { fields.append(("keysFile", keysFile)) }
    fields += [
      ("ca", roots), ("tokenFile", tokenFile), ("minimumSeverity", minimumSeverity?.rawValue),
      ("title", wording.title?.description), ("text", wording.text?.description),
      ("silencedBy", silencedBy),
    ]
    return ["    - name: \(name)"]
      + fields.compactMap { name, value in
        value.map { text in
          "      \(name): " + Configuration.quoted(text).replacing("\n", with: "\\n")
        }
      } + ["      events: [\(Configuration.list(kinds.map(\.rawValue).sorted()))]"]
  }
}
