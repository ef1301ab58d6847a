internal import Access
internal import FeedbackLoop
internal import MeshModel
internal import ThreatIntelligence
internal import YAMLNodes
internal import Yams

extension YAMLReader {
  /// The key `threats`: feeds of indicators, and what none of them can have cut.
  mutating func threats(
    _ node: Node?, own: MeshNames, history: String?, path: (String) -> String
  ) -> ThreatSettings? {
    guard let node else { return nil }
    let fields = fields(
      of: node, "threats", required: ["feeds"], optional: ["folder", "never", "allowAddresses"])
    let items = list(fields["feeds"], "threats.feeds")
    if let node = fields["feeds"], !(1...ThreatLimits.feeds).contains(items.count) {
      fail("threats.feeds must be 1 to \(ThreatLimits.feeds)", at: node)
    }
    var names: Set<String> = []
    let feeds = items.prefix(ThreatLimits.feeds).compactMap { item -> FeedSettings? in
      let feed = feed(item, path: path)
      if let feed, !names.insert(feed.name).inserted {
        fail("there already is a feed '\(feed.name)'", at: item)
      }
      return feed
    }
    let sum = feeds.reduce(0) { $0 + $1.terms.mostEntries }
    if sum > ThreatLimits.indicators {
      fail(
        "threats.feeds: maxEntries of all feeds together is \(sum), and at most"
          + " \(ThreatLimits.indicators) indicators are held", at: node)
    }
    var exclusions = (names: own.domains, ranges: own.ranges)
    for item in list(fields["never"], "threats.never") {
      guard let text = text(item, "threats.never") else { continue }
      if let range = IPPrefix(range: text) {
        exclusions.ranges.append(range)
      } else if let name = DomainName(text) {
        exclusions.names.append(name)
      } else {
        fail("'\(text)' is no address, block or name", at: item)
      }
    }
    let allowed = list(fields["allowAddresses"], "threats.allowAddresses").compactMap {
      block($0, "threats.allowAddresses")
    }
    let folder = text(fields["folder"], "threats.folder").map(path) ?? history.map { $0 + ".feeds" }
    guard let folder else { return nil }
    return ThreatSettings(
      feeds: feeds,
      exclusions: IndicatorExclusions(
        names: Set(exclusions.names).sorted { $0.text < $1.text },
        ranges: Set(exclusions.ranges).sorted()),
      allowed: allowed, folder: folder)
  }

  /// What the mesh calls its own, where Flyball and the proxies listen, and whose addresses the
  /// configuration protects.
  struct MeshNames {
    var domains: [DomainName]
    var ranges: [IPPrefix]

    /// `hosts`: names and addresses, perhaps with ports. What is reserved anyhow is left out.
    init(
      _ trustDomain: String?, _ services: [Configuration.Service], _ limits: LoopLimits,
      hosts: [String], addresses: [Configuration.Address?]
    ) {
      let own = (hosts + addresses.compactMap { $0?.host }).compactMap {
        RequestURL("http://\($0)/")?.host
      }
      let texts = [trustDomain].compactMap(\.self) + services.flatMap(\.names)
      domains = texts.compactMap { DomainName($0) }
      ranges = limits.protectedClients
      for host in own {
        switch host {
        case .name(let name): domains.append(name)
        case .address(let address):
          if !IPPrefix.reserved.contains(where: { $0.contains(address) }) { ranges.append(address) }
        }
      }
    }
  }

  private enum Kind: String, CaseIterable {
    case list
    case stix
    case taxii
    case misp
  }

  private mutating func feed(_ node: Node, path: (String) -> String) -> FeedSettings? {
    let fields = fields(
      of: node, "a feed", required: ["name", "kind"],
      optional: [
        "url", "file", "collection", "every", "within", "confidence", "expires", "maxEntries",
        "credentials", "ca", "list",
      ])
    let name = plainName(fields["name"], of: "feed")
    let kind = choice(fields["kind"], "kind", Kind.self)
    let place = place(fields, at: node, path: path)
    let format = kind.flatMap { self.format($0, fields, place, at: node) }
    let every = duration(fields["every"], "every", atMost: 7 * 86_400_000) ?? 3_600_000
    let within = duration(fields["within"], "within", atMost: 3_600_000) ?? 60_000
    let confidence = integer(fields["confidence"], "confidence", in: 0...100) ?? 50
    let expires =
      duration(fields["expires"], "expires", atMost: ThreatLimits.lifetimeSeconds * 1_000)
      ?? 7 * 86_400_000
    let most =
      integer(fields["maxEntries"], "maxEntries", in: 1...ThreatLimits.indicators) ?? 100_000
    if let node = fields["every"], every < 60_000 {
      fail("every must be at least 60s: those who give feeds away ask for it", at: node)
    }
    if expires < 2 * every {
      fail(
        "expires (\(expires / 1_000)s) must be at least twice every (\(every / 1_000)s), or all"
          + " entries end when one fetch comes late: lengthen expires, or shorten every",
        at: fields["expires"] ?? fields["every"] ?? node)
    }
    let credentials = fields["credentials"].flatMap { self.credentials($0, place, path: path) }
    let roots = fields["ca"].flatMap { file($0, "ca", path) }
    guard let name, let place, let format else { return nil }
    return FeedSettings(
      place: place, format: format, credentials: credentials, roots: roots,
      terms: FeedTerms(
        name: name, confidence: UInt8(confidence), lifetimeSeconds: expires / 1_000,
        mostEntries: most),
      policy: FeedPolicy(periodSeconds: every / 1_000, patienceSeconds: max(1, within / 1_000)))
  }

  private mutating func place(
    _ fields: [String: Node], at node: Node, path: (String) -> String
  ) -> FeedSettings.Place? {
    switch (fields["url"], fields["file"]) {
    case (let url?, nil):
      guard let text = text(url, "url") else { return nil }
      guard RequestURL(text) != nil else {
        fail("'\(text)' is no http:// or https:// address without a user in it", at: url)
        return nil
      }
      return .url(text)
    case (nil, let file?):
      for name in ["credentials", "ca"] {
        if let node = fields[name] { fail("\(name) belongs to a url", at: node) }
      }
      return text(file, "file").map { .file(path($0)) }
    case (nil, nil), (_?, _?):
      fail("a feed needs either 'url' or 'file'", at: node)
      return nil
    }
  }

  private mutating func format(
    _ kind: Kind, _ fields: [String: Node], _ place: FeedSettings.Place?, at node: Node
  ) -> FeedSettings.Format? {
    if kind != .taxii, let node = fields["collection"] {
      fail("collection belongs to kind: taxii", at: node)
    }
    if kind != .list, let node = fields["list"] { fail("list belongs to kind: list", at: node) }
    switch kind {
    case .list: return .list(listFormat(fields["list"]))
    case .stix: return .stix
    case .misp: return .misp
    case .taxii:
      if case .file = place { fail("kind: taxii needs a url", at: node) }
      guard let collection = text(fields["collection"], "collection") else {
        fail("kind: taxii needs 'collection', by its id, alias or title", at: node)
        return nil
      }
      return .taxii(collection: collection)
    }
  }

  private mutating func listFormat(_ node: Node?) -> ListFormat {
    let plain = ListFormat(content: .targets(subdomains: false))
    guard let node else { return plain }
    let fields = fields(
      of: node, "list", required: [],
      optional: ["content", "subdomains", "column", "separator", "header"])
    let subdomains = boolean(fields["subdomains"], "list.subdomains") ?? false
    let content = choice(fields["content"], "list.content", ListContent.self) ?? .targets
    let column = integer(fields["column"], "list.column", in: 1...ThreatLimits.columns)
    let separator = choice(fields["separator"], "list.separator", ListSeparator.self) ?? .comma
    let header = boolean(fields["header"], "list.header") ?? false
    if column == nil {
      for name in ["separator", "header"] {
        if let node = fields[name] { fail("list.\(name) needs list.column", at: node) }
      }
    }
    return ListFormat(
      content: content.value(subdomains: subdomains),
      layout: column.map { .columns(separator.value, value: $0, hasHeader: header) } ?? .lines)
  }

  private mutating func credentials(
    _ node: Node, _ place: FeedSettings.Place?, path: (String) -> String
  ) -> FeedSettings.Credentials? {
    let fields = fields(
      of: node, "credentials", required: [], optional: ["bearer", "basic", "header", "file"])
    if case .url(let url) = place, url.lowercased().hasPrefix("http:"),
      WebAddress(url, mayHaveQuery: true)?.isLoopback != true
    {
      fail("credentials go over https only", at: node)
    }
    switch (fields["bearer"], fields["basic"], fields["header"], fields["file"]) {
    case (let secret?, nil, nil, nil):
      return file(secret, "credentials.bearer", path).map { .bearer(file: $0) }
    case (nil, let secret?, nil, nil):
      return file(secret, "credentials.basic", path).map { .basic(file: $0) }
    case (nil, nil, let header?, let secret?):
      guard let name = text(header, "credentials.header"),
        let file = file(secret, "credentials.file", path)
      else { return nil }
      guard !name.isEmpty, name.utf8.allSatisfy(Self.isHeaderByte) else {
        fail("'\(name)' is no header's name", at: header)
        return nil
      }
      return .header(name: name, file: file)
    default:
      fail("credentials are 'bearer', 'basic', or 'header' and 'file'", at: node)
      return nil
    }
  }

  private mutating func block(_ node: Node, _ what: String) -> IPPrefix? {
    guard let text = text(node, what) else { return nil }
    guard let block = IPPrefix(range: text) else {
      fail("'\(text)' is no address, nor a block such as 10.0.0.0/8", at: node)
      return nil
    }
    return block
  }

  private static func isHeaderByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || byte == 0x2D
  }
}

/// How a list's contents are called in the configuration.
enum ListContent: String, CaseIterable {
  case targets
  case agents
  case fingerprints

  func value(subdomains: Bool) -> ListFormat.Content {
    switch self {
    case .targets: .targets(subdomains: subdomains)
    case .agents: .userAgents
    case .fingerprints: .fingerprints
    }
  }
}

/// How a separator of columns is called in the configuration.
enum ListSeparator: String, CaseIterable {
  case comma
  case semicolon
  case tab
  case blanks

  var value: ListFormat.Separator {
    switch self {
    case .comma: .comma
    case .semicolon: .semicolon
    case .tab: .tab
    case .blanks: .blanks
    }
  }
}
