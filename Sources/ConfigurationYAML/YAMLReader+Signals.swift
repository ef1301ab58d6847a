internal import Access
internal import JSONNodes
internal import MeshModel
internal import Signals
internal import YAMLNodes
internal import Yams

extension YAMLReader {
  /// The key `signals`: a listener for other systems' alerts.
  mutating func signals(
    _ node: Node?, _ trustDomain: String?, path: (String) -> String
  ) -> SignalSettings? {
    guard let node else { return nil }
    let fields = fields(
      of: node, "signals", required: ["listen", "senders"],
      optional: ["certificate", "key", "clientCA", "insecure"])
    let address = address(fields["listen"], "signals.listen")
    let security = listenerSecurity("signals", fields, at: node, address, path: path)
    let items = list(fields["senders"], "signals.senders")
    if let node = fields["senders"], !(1...Self.maximumSenders).contains(items.count) {
      fail("signals.senders must be 1 to \(Self.maximumSenders)", at: node)
    }
    var names: Set<String> = []
    let senders = items.prefix(Self.maximumSenders).compactMap { item in
      let sender = sender(item, trustDomain, path: path)
      if let sender, !names.insert(sender.name).inserted {
        fail("there already is a sender '\(sender.name)'", at: item)
      }
      return sender
    }
    let hasCertificates = senders.contains { sender in
      if case .certificate = sender.proof { true } else { false }
    }
    if hasCertificates, fields["clientCA"] == nil {
      fail("certificates of senders need signals.clientCA, which issued them", at: node)
    }
    if let clientCA = fields["clientCA"], !hasCertificates {
      fail("signals.clientCA: no sender has 'certificate', so nobody comes in by one", at: clientCA)
    }
    guard let address, let security else { return nil }
    return SignalSettings(address: address, security: security, senders: senders)
  }

  private mutating func sender(
    _ node: Node, _ trustDomain: String?, path: (String) -> String
  ) -> SignalSettings.Sender? {
    let proofs = ["bearer", "hubSignature", "standardWebhooks", "certificate"]
    let fields = fields(
      of: node, "a sender", required: ["name", "format"],
      optional: proofs + ["workloads", "mapping"])
    let name = plainName(fields["name"], of: "sender")
    let format = signalFormat(fields, at: node)
    let given = proofs.filter { fields[$0] != nil }
    guard given.count == 1, let kind = given.first, let proofNode = fields[kind] else {
      fail("a sender needs exactly one of \(proofs.joined(separator: ", "))", at: node)
      return nil
    }
    let proof = proof(kind, proofNode, trustDomain, path: path)
    let workloads = fields["workloads"].map { workloadRules($0) } ?? WorkloadRule.builtIn
    guard let name, let format, let proof else { return nil }
    return SignalSettings.Sender(
      name: name, format: format, proof: proof, workloads: workloads)
  }

  /// A name for logs and metrics.
  mutating func plainName(_ node: Node?, of what: String) -> String? {
    guard let node, let name = text(node, "a \(what)'s name") else { return nil }
    let isName =
      (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
      }
    guard isName else {
      fail("'\(name)' is no \(what)'s name: small letters, digits and - only, at most 64", at: node)
      return nil
    }
    return name
  }

  private mutating func proof(
    _ kind: String, _ node: Node, _ trustDomain: String?, path: (String) -> String
  ) -> SignalSettings.Proof? {
    let items = list(node, kind)
    guard (1...SignalBounds.keys).contains(items.count) else {
      fail("\(kind) must be 1 to \(SignalBounds.keys)", at: node)
      return nil
    }
    switch kind {
    case "bearer": return .bearer(items.compactMap { senderToken($0) })
    case "certificate":
      return .certificate(items.compactMap { identity($0, "an identity", trustDomain) })
    case "hubSignature": return .hubSignature(items.compactMap { keyFile($0, path: path) })
    default: return .standardWebhooks(items.compactMap { keyFile($0, path: path) })
    }
  }

  private mutating func senderToken(_ node: Node) -> SenderToken? {
    let fields = fields(of: node, "a token", required: ["id", "sha256", "expires"])
    guard let id = tokenID(fields["id"]), let digest = digest(fields["sha256"]),
      let expires = time(fields["expires"], "expires")
    else { return nil }
    return SenderToken(id: id, digest: digest, expires: expires)
  }

  private mutating func keyFile(
    _ node: Node, path: (String) -> String
  ) -> SignalSettings.KeyFile? {
    let fields = fields(of: node, "a key", required: ["file"], optional: ["notAfter"])
    let notAfter = time(fields["notAfter"], "notAfter")
    return file(fields["file"], "a key's file", path).map {
      SignalSettings.KeyFile(path: $0, notAfter: notAfter)
    }
  }

  private mutating func signalFormat(_ fields: [String: Node], at node: Node) -> SignalFormat? {
    guard let kind = choice(fields["format"], "format", FormatName.self) else { return nil }
    let mapping = fields["mapping"]
    switch kind {
    case .alertmanager, .falco:
      if let mapping { fail("\(kind.rawValue) takes no 'mapping'", at: mapping) }
      return kind == .alertmanager ? .alertmanager : .falco
    case .cloudEvents:
      guard let mapping else { return .cloudEvents(data: SignalFields()) }
      let parts = self.fields(
        of: mapping, "mapping", required: [], optional: ["id"] + Self.signalParts)
      if let status = parts["status"], parts["id"] == nil {
        fail(
          "a mapping with 'status' needs 'id': no two CloudEvents have the same, so what ended is known"
            + " only by an id in the data", at: status)
      }
      return .cloudEvents(data: signalFields(parts), matter: pointer(parts["id"], "id"))
    case .mapped:
      guard let mapping else {
        fail("the format mapped needs 'mapping'", at: node)
        return nil
      }
      return signalMapping(mapping).map { .mapped($0) }
    }
  }

  private mutating func signalMapping(_ node: Node) -> SignalMapping? {
    let parts = fields(
      of: node, "mapping", required: ["id", "time"],
      optional: ["signals", "timeForm"] + Self.signalParts)
    let form = choice(parts["timeForm"], "timeForm", SignalMapping.TimeForm.self) ?? .rfc3339
    let signals = pointer(parts["signals"], "signals")
    guard let id = pointer(parts["id"], "id"), let time = pointer(parts["time"], "time") else {
      return nil
    }
    return SignalMapping(
      signals: signals, id: id, time: time, timeForm: form, fields: signalFields(parts))
  }

  private mutating func signalFields(_ parts: [String: Node]) -> SignalFields {
    var labels: [String: JSONPointer] = [:]
    if let node = parts["labels"] {
      guard case .mapping(let mapping) = node else {
        fail("labels must be a mapping of names to places", at: node)
        return SignalFields()
      }
      for (key, value) in mapping {
        guard let name = text(key, "a label") else { continue }
        labels[name] = pointer(value, "the label '\(name)'")
      }
    }
    let status = parts["status"].flatMap { self.status($0) }
    return SignalFields(
      name: pointer(parts["name"], "name"), title: pointer(parts["title"], "title"),
      severity: pointer(parts["severity"], "severity"), status: status,
      labels: labels, labelObject: pointer(parts["labelObject"], "labelObject"))
  }

  private mutating func status(_ node: Node) -> SignalFields.Status? {
    let fields = fields(of: node, "status", required: ["at", "firing", "resolved"])
    let firing = list(fields["firing"], "firing").compactMap { text($0, "a word") }
    let resolved = list(fields["resolved"], "resolved").compactMap { text($0, "a word") }
    if let word = Set(firing).intersection(resolved).min() {
      fail("'\(word)' cannot mean both that it fires and that it is resolved", at: node)
    }
    return pointer(fields["at"], "at").map {
      SignalFields.Status(at: $0, firing: Set(firing), resolved: Set(resolved))
    }
  }

  private mutating func pointer(_ node: Node?, _ what: String) -> JSONPointer? {
    guard let node, let text = text(node, what) else { return nil }
    guard let pointer = JSONPointer(parsing: text) else {
      fail("\(what): '\(text)' is no place such as /data/labels/0 (RFC 6901)", at: node)
      return nil
    }
    return pointer
  }

  private mutating func workloadRules(_ node: Node) -> [WorkloadRule] {
    let items = list(node, "workloads")
    if !(1...SignalBounds.rules).contains(items.count) {
      fail("workloads must be 1 to \(SignalBounds.rules)", at: node)
    }
    return items.prefix(SignalBounds.rules).compactMap { workloadRule($0) }
  }

  private mutating func workloadRule(_ node: Node) -> WorkloadRule? {
    let kinds = ["identity", "pod", "serviceAccount", "template"]
    let fields = fields(of: node, "a rule", required: [], optional: kinds + ["namespace"])
    let given = kinds.filter { fields[$0] != nil }
    guard given.count == 1, let kind = given.first, let value = text(fields[kind], kind) else {
      fail("a rule needs exactly one of \(kinds.joined(separator: ", "))", at: node)
      return nil
    }
    let needsNamespace = kind == "pod" || kind == "serviceAccount"
    let namespace = text(fields["namespace"], "namespace")
    guard needsNamespace == (fields["namespace"] != nil) else {
      fail("\(kind) \(needsNamespace ? "needs" : "takes no") 'namespace'", at: node)
      return nil
    }
    switch kind {
    case "identity": return .identity(label: value)
    case "pod": return namespace.map { .pod(namespace: $0, pod: value) }
    case "serviceAccount": return namespace.map { .serviceAccount(namespace: $0, account: value) }
    default:
      guard let template = LabelTemplate(parsing: value) else {
        fail(
          "'\(value)' is no SPIFFE ID with labels, such as"
            + " spiffe://cluster.local/ns/{namespace}/sa/{app}", at: node)
        return nil
      }
      return .template(template)
    }
  }

  private enum FormatName: String, CaseIterable {
    case alertmanager
    case falco
    case cloudEvents = "cloud-events"
    case mapped
  }

  private static let signalParts = [
    "name", "title", "severity", "status", "labels", "labelObject",
  ]
  /// As many as an operator can keep track of.
  private static let maximumSenders = 32
}
