internal import Access
internal import MeshModel
internal import Notifications
internal import YAMLNodes
internal import Yams

extension YAMLReader {
  /// The key `notifications`: who is told what happens.
  mutating func notifications(
    _ node: Node?, _ trustDomain: String?, path: (String) -> String
  ) -> NotificationTerms? {
    guard let node else { return nil }
    let fields = fields(
      of: node, "notifications", required: ["receivers"], optional: ["instance", "address"])
    let instance = instance(fields["instance"]) ?? trustDomain
    let address = webAddress(fields["address"], "notifications.address", isOwn: false)
    let items = list(fields["receivers"], "notifications.receivers")
    if let list = fields["receivers"], !(1...Self.maximumReceivers).contains(items.count) {
      fail("notifications.receivers must be 1 to \(Self.maximumReceivers)", at: list)
    }
    var receivers: [NoticeReceiver] = []
    for item in items.prefix(Self.maximumReceivers) {
      guard let receiver = receiver(item, path: path) else { continue }
      if receivers.contains(where: { $0.name == receiver.name }) {
        fail("there already is a receiver '\(receiver.name)'", at: item)
      }
      receivers.append(receiver)
    }
    for (item, receiver) in zip(items, receivers) where items.count == receivers.count {
      if let name = receiver.silencedBy,
        !receivers.contains(where: { $0.name == name && $0.method == .alertmanager })
      {
        fail(
          "silencedBy: '\(name)' is no receiver of kind alertmanager",
          at: item["silencedBy"] ?? item)
      }
    }
    guard let instance else { return nil }
    return NotificationTerms(instance: instance, address: address, receivers: receivers)
  }

  private mutating func receiver(
    _ node: Node, path: (String) -> String
  ) -> NoticeReceiver? {
    let fields = fields(
      of: node, "a receiver", required: ["name", "kind"],
      optional: [
        "url", "urlFile", "ca", "tokenFile", "keysFile", "events", "minimumSeverity", "title",
        "text", "silencedBy",
      ])
    let name = plainName(fields["name"], of: "receiver")
    let method = method(fields, at: node, path: path)
    let place = place(fields, at: node, path: path)
    let roots = file(fields["ca"], "ca", path)
    let token = file(fields["tokenFile"], "tokenFile", path)
    if let tokenNode = fields["tokenFile"], case .address(let address)? = place,
      !address.isSecure, !address.isLoopback
    {
      fail("tokenFile: \(address) is not https, so anybody could read the token", at: tokenNode)
    }
    let kinds = fields["events"].map { self.kinds($0) } ?? NoticeReceiver.usualKinds
    let severity = choice(fields["minimumSeverity"], "minimumSeverity", SigmaLevel.self)
    let wording = NoticeWording(
      title: template(fields["title"], "title"), text: template(fields["text"], "text"))
    let silencedBy = text(fields["silencedBy"], "silencedBy")
    guard let name, let method, let place else { return nil }
    return NoticeReceiver(
      name: name, method: method, place: place, roots: roots, tokenFile: token, kinds: kinds,
      minimumSeverity: severity, wording: wording, silencedBy: silencedBy)
  }

  private mutating func method(
    _ fields: [String: Node], at node: Node, path: (String) -> String
  ) -> NoticeReceiver.Method? {
    guard let kind = choice(fields["kind"], "kind", NoticeReceiver.Method.Kind.self) else {
      return nil
    }
    if let keys = fields["keysFile"], kind != .standardWebhooks {
      fail("\(kind.rawValue) takes no 'keysFile'", at: keys)
    }
    switch kind {
    case .alertmanager:
      if let silencedBy = fields["silencedBy"] {
        fail("alertmanager takes no 'silencedBy': it holds its own silences", at: silencedBy)
      }
      return .alertmanager
    case .slack: return .slack
    case .cloudEvents: return .cloudEvents
    case .standardWebhooks:
      guard let keys = fields["keysFile"] else {
        fail("standard-webhooks needs 'keysFile'", at: node)
        return nil
      }
      return file(keys, "keysFile", path).map { .standardWebhooks(keysFile: $0) }
    }
  }

  private mutating func place(
    _ fields: [String: Node], at node: Node, path: (String) -> String
  ) -> NoticeReceiver.Place? {
    switch (fields["url"], fields["urlFile"]) {
    case (let url?, nil):
      guard let text = text(url, "url") else { return nil }
      guard let address = WebAddress(text, mayHaveQuery: true) else {
        fail(
          "url must be an address such as https://hooks.example/flyball, without a user in it",
          at: url)
        return nil
      }
      return .address(address)
    case (nil, let urlFile?): return file(urlFile, "urlFile", path).map { .file($0) }
    case (nil, nil), (_?, _?):
      fail("a receiver needs 'url', or 'urlFile' where the address is the secret", at: node)
      return nil
    }
  }

  private mutating func kinds(_ node: Node) -> Set<NoticeKind> {
    let items = list(node, "events")
    if node.sequence != nil, items.isEmpty { fail("events must not be empty", at: node) }
    return Set(items.compactMap { choice($0, "an event", NoticeKind.self) })
  }

  private mutating func template(_ node: Node?, _ what: String) -> NoticeTemplate? {
    guard let node, let text = text(node, what) else { return nil }
    do {
      return try NoticeTemplate(parsing: text)
    } catch {
      fail("\(what): \(error)", at: node)
      return nil
    }
  }

  private mutating func instance(_ node: Node?) -> String? {
    guard let node, let name = text(node, "notifications.instance") else { return nil }
    let isName =
      name.utf8.count <= 64
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
      }
    guard isName else {
      fail("notifications.instance must be letters, digits and . - _ only, at most 64", at: node)
      return nil
    }
    return name
  }

  /// Each has a connection and a queue of its own.
  private static let maximumReceivers = 16
}
