internal import ConfigurationYAML

/// A file made of the table of fields: one of them, all that it needs, and nothing else.
struct FieldDocument {
  let kind: FileKind
  private var included: Set<String> = []
  private var values: [String: String] = [:]
  /// Of a mapping that is to have one key too many: `zzz`.
  var extended: String?

  init(_ kind: FileKind, with path: String, _ needs: Needs = Needs()) {
    self.kind = kind
    values = needs.values
    for path in [path] + needs.companions(of: path, kind) { include(path, needs.excluded) }
    for field in kind.fields where field.isRequired && Self.parent(of: field.path).isEmpty {
      include(field.path, needs.excluded)
    }
  }

  /// What a field stands with, and what it does not.
  struct Needs {
    var values: [String: String] = [:]
    var excluded: Set<String> = []
    /// Whether certificates of operators are to be somebody's.
    var needsIssuer = true
  }

  static func parent(of path: String) -> String {
    let parts = path.split(separator: ".").dropLast()
    let parent = parts.joined(separator: ".")
    return parent.hasSuffix("[]") ? String(parent.dropLast(2)) : parent
  }

  static func children(of path: String, _ kind: FileKind) -> [FileField] {
    kind.fields.filter { parent(of: $0.path) == path }
  }

  static func name(of path: String) -> String {
    path.split(separator: ".").last.map { String($0.replacing("[]", with: "")) } ?? ""
  }

  mutating func set(_ path: String, to value: String) {
    include(path, [])
    values[path] = value
  }

  mutating func leaveOut(_ path: String) {
    included = included.filter {
      $0 != path && !$0.hasPrefix(path + ".") && !$0.hasPrefix(path + "[]")
    }
  }

  /// With all around it, and what that and it cannot do without.
  private mutating func include(_ path: String, _ excluded: Set<String>) {
    guard !path.isEmpty, !excluded.contains(path), included.insert(path).inserted else { return }
    include(Self.parent(of: path), excluded)
    for field in Self.children(of: path, kind) where field.isRequired {
      include(field.path, excluded)
    }
  }

  var text: String { mapping("") + "\n" }

  private func mapping(_ path: String) -> String {
    var parts = Self.children(of: path, kind).filter { included.contains($0.path) }
      .map { "\(Self.name(of: $0.path)): \(value($0))" }
    if extended == path { parts.append("zzz: 1") }
    return "{" + parts.joined(separator: ", ") + "}"
  }

  private func value(_ field: FileField) -> String {
    if let value = values[field.path] { return value }
    let children = Self.children(of: field.path, kind)
    guard let first = children.first else { return field.example ?? "" }
    let mapping = mapping(field.path)
    return first.path.hasPrefix(field.path + "[]") ? "[\(mapping)]" : mapping
  }
}

extension FieldDocument.Needs {
  /// Fields without which this one would be a mistake, though the file could do without it.
  fileprivate func companions(of path: String, _ kind: FileKind) -> [String] {
    switch kind {
    case .policy:
      let match = "spec.match[]."
      let own = ["anomaly": "", "sigma": ".tag", "alert": ".name", "indicator": ""]
      let kind = own.keys.first { path.hasPrefix(match + $0) } ?? "score"
      return [match + kind + (own[kind] ?? "")]
    case .configuration:
      return listener("listen.proxies", path) + listener("listen.otlp", path) + api(path)
        + signals(path) + notifications(path) + threats(path)
        + (path.hasPrefix("proxies") && path != "proxies[].probe" ? ["proxies[].admin"] : [])
    }
  }

  private func signals(_ path: String) -> [String] {
    guard path.hasPrefix("signals") else { return [] }
    let sender = "signals.senders[]."
    let security =
      path == "signals.insecure" ? [] : ["signals.certificate", "signals.key"]
    let isCertified = path == "signals.clientCA" || path == sender + "certificate"
    if isCertified { return security + ["signals.clientCA", sender + "certificate"] }
    let proof = ["hubSignature", "standardWebhooks"].first { path.hasPrefix(sender + $0) }
    let rule: [String] =
      switch path {
      case sender + "workloads": [path + "[].identity"]
      case sender + "workloads[].namespace": [sender + "workloads[].pod"]
      case sender + "workloads[].pod", sender + "workloads[].serviceAccount":
        [sender + "workloads[].namespace"]
      default: []
      }
    return security + [sender + (proof ?? "bearer")] + rule
  }

  private func notifications(_ path: String) -> [String] {
    guard path.hasPrefix("notifications") else { return [] }
    return path.hasSuffix(".urlFile") ? [] : ["notifications.receivers[].url"]
  }

  private func threats(_ path: String) -> [String] {
    guard path.hasPrefix("threats") else { return [] }
    let feed = "threats.feeds[]."
    return (path == feed + "file" ? [] : [feed + "url"])
      + (path == feed + "credentials" ? [path + ".bearer"] : [])
      + (path == feed + "credentials.header" ? [feed + "credentials.file"] : [])
      + (path == feed + "credentials.file" ? [feed + "credentials.header"] : [])
      + (["separator", "header"].contains { path == feed + "list." + $0 }
        ? [feed + "list.column"] : [])
  }

  private func listener(_ listener: String, _ path: String) -> [String] {
    let isProbe = path == "proxies[].probe" && listener == "listen.proxies"
    guard path.hasPrefix(listener) || listener == "listen.proxies" else { return [] }
    return [listener + (isProbe || path.hasPrefix(listener + ".tls") ? ".tls" : ".insecure")]
  }

  private func api(_ path: String) -> [String] {
    guard path.hasPrefix("api") else { return [] }
    return ["api.tokens", "api.operators"]
      + (path == "api.insecure" ? [] : ["api.certificate", "api.key"])
      + (path == "api.clientCA" ? ["api.operators[].certificates"] : [])
      + (path == "api.operators[].certificates" && needsIssuer ? ["api.clientCA"] : [])
      + (path == "api.operators[].login" ? ["api.oidc"] : [])
  }
}
