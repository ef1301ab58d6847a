internal import FeedbackLoop
internal import Foundation
internal import MeshModel
internal import Yams
package import YAMLNodes

extension Configuration {
  /// Parses the daemon's configuration. Relative paths are taken from the file's own folder.
  package static func parse(_ text: String, file: String) throws(Diagnostics) -> Configuration {
    try ConfigurationFile.parse(text, file: file).configuration
  }

  package static func load(_ path: String) throws(Diagnostics) -> Configuration {
    try ConfigurationFile.load(path).configuration
  }

  static func readFile(_ path: String) throws(Diagnostics) -> String {
    let most = YAMLDocument.maximumBytes
    let bytes: Data
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      bytes = try file.read(upToCount: most + 1) ?? Data()
    } catch {
      throw mistake(path, "cannot be read: \(error.localizedDescription)")
    }
    guard bytes.count <= most else { throw mistake(path, "larger than \(most) bytes") }
    guard let text = String(data: bytes, encoding: .utf8) else {
      throw mistake(path, "cannot be read: it is not UTF-8")
    }
    return text
  }

  private static func mistake(_ path: String, _ message: String) -> Diagnostics {
    Diagnostics([Diagnostic(file: path, line: 0, column: 0, message: message)])
  }
}

extension ConfigurationFile {
  package static func parse(
    _ text: String, file: String
  ) throws(Diagnostics) -> ConfigurationFile {
    var reader = YAMLReader(file: file)
    let root: Node
    do {
      root = try YAMLDocument.parse(text, file: file)
    } catch {
      throw Diagnostics([error])
    }
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    let configuration = reader.configuration(root, folder: folder)
    guard let configuration, reader.diagnostics.isEmpty else {
      throw Diagnostics(reader.diagnostics)
    }
    return ConfigurationFile(
      configuration: configuration, file: file, places: reader.places(in: root))
  }

  package static func load(_ path: String) throws(Diagnostics) -> ConfigurationFile {
    try parse(try Configuration.readFile(path), file: path)
  }
}

extension YAMLReader {
  fileprivate mutating func configuration(_ root: Node, folder: URL) -> Configuration? {
    let top = fields(
      of: root, "the configuration",
      required: ["apiVersion", "kind", "mesh", "listen", "history", "policies"],
      optional: [
        "limits", "proxies", "rules", "selfTest", "api", "signals", "notifications", "threats",
      ])
    expect("Configuration", top)
    let path = { (text: String) in URL(fileURLWithPath: text, relativeTo: folder).path }
    let history = top["history"].flatMap { historyPlaces($0, path: path) }
    let policies = text(top["policies"], "policies").map(path)
    let rules = text(top["rules"], "rules").map(path)
    guard let meshNode = top["mesh"], let listenNode = top["listen"] else { return nil }
    let mesh = fields(
      of: meshNode, "mesh", required: ["trustDomain"], optional: ["services", "gateways"])
    let trustDomain = trustDomain(mesh["trustDomain"])
    let services = services(mesh["services"], trustDomain)
    let listen = fields(
      of: listenNode, "listen", required: ["proxies", "admin", "socket"],
      optional: ["otlp", "socketGroup"])
    let proxies = listen["proxies"].flatMap { meshListener($0, "listen.proxies", path: path) }
    let otlp = listen["otlp"].flatMap { meshListener($0, "listen.otlp", path: path) }
    let admin = address(listen["admin"], "listen.admin")
    let socket = text(listen["socket"], "listen.socket").map(path)
    let socketGroup = listen["socketGroup"].flatMap { group($0, "listen.socketGroup") }
    let api = self.api(top["api"], path: path)
    let signals = self.signals(top["signals"], trustDomain, path: path)
    let notifications = self.notifications(top["notifications"], trustDomain, path: path)
    refuseSharedAddresses(
      [
        ("listen.proxies", listen["proxies"], proxies?.0), ("listen.otlp", listen["otlp"], otlp?.0),
        ("listen.admin", listen["admin"], admin), ("api.listen", top["api"], api?.address),
        ("signals.listen", top["signals"], signals?.address),
      ])
    var limits = self.limits(top["limits"], trustDomain)
    limits.gateways = Set(
      list(mesh["gateways"], "mesh.gateways").compactMap {
        identity($0, "mesh.gateways", trustDomain)
      })
    limits.own = own(proxies?.1, trustDomain)
    let reachable = self.reachable(top["proxies"], own: limits.own, trustDomain, path: path)
    limits.probed = Set(reachable.filter { $0.probe != nil }.map(\.id))
    let own = MeshNames(
      trustDomain, services, limits, hosts: api?.allowedHosts ?? [],
      addresses: [proxies?.0, otlp?.0, admin, api?.address, signals?.address]
        + reachable.map(\.probe))
    let threats = self.threats(top["threats"], own: own, history: history?.file, path: path)
    let selfTest = self.selfTest(top["selfTest"], trustDomain, reachable)
    guard let trustDomain, let proxies, let admin, let socket, let history, let policies else {
      return nil
    }
    return Configuration(
      trustDomain: trustDomain, services: services, proxies: proxies.0, security: proxies.1,
      otlp: otlp.map { Configuration.LogListener(address: $0.0, security: $0.1) }, admin: admin,
      socket: socket, operatorGroup: socketGroup, api: api, signals: signals,
      notifications: notifications, threats: threats,
      history: history.file, checkpoints: history.checkpoints, historyKey: history.key,
      keepSeconds: history.keepSeconds, policies: policies, rules: rules, limits: limits,
      reachable: reachable, selfTest: selfTest)
  }

  private mutating func group(_ node: Node, _ what: String) -> UInt32? {
    guard let name = text(node, what) else { return nil }
    guard let entry = getgrnam(name) else {
      fail("\(what): this machine has no group '\(name)'", at: node)
      return nil
    }
    return entry.pointee.gr_gid
  }

  private mutating func trustDomain(_ node: Node?) -> String? {
    guard let node, let text = text(node, "mesh.trustDomain") else { return nil }
    guard (try? SPIFFEID(parsing: "spiffe://\(text)/x")) != nil else {  // Only its validity counts.
      fail("'\(text)' is no trust domain", at: node)
      return nil
    }
    return text
  }

  /// A name that stood for two would blame one for what the other did.
  private mutating func services(
    _ node: Node?, _ trustDomain: String?
  ) -> [Configuration.Service] {
    var owners: [String: SPIFFEID] = [:]
    return list(node, "mesh.services").compactMap { item in
      guard let service = service(item, trustDomain) else { return nil }
      for name in service.names {
        if let owner = owners[name], owner != service.principal {
          fail("'\(name)' already is a name of \(owner)", at: item)
        }
        owners[name] = service.principal
      }
      return service
    }
  }

  private mutating func service(
    _ node: Node, _ trustDomain: String?
  ) -> Configuration.Service? {
    let fields = fields(of: node, "a service", required: ["principal"], optional: ["names"])
    guard let principal = identity(fields["principal"], "principal", trustDomain) else {
      return nil
    }
    let names = list(fields["names"], "names").compactMap { text($0, "a name") }
    return Configuration.Service(
      principal: principal, names: names.isEmpty ? [principal.name] : names)
  }

  mutating func identity(
    _ node: Node?, _ what: String, _ trustDomain: String?
  ) -> SPIFFEID? {
    guard let node, let text = text(node, what) else { return nil }
    do {
      let identity = try SPIFFEID(parsing: text)
      refuseForeign(text, identity.trustDomain, trustDomain, at: node)
      refuseReserved(identity, at: node)
      return identity
    } catch {
      fail("'\(text)' is no SPIFFE ID", at: node)
      return nil
    }
  }

  private mutating func refuseSharedAddresses(
    _ listeners: [(name: String, node: Node?, address: Configuration.Address?)]
  ) {
    var seen: [Configuration.Address: String] = [:]
    for (name, node, address) in listeners {
      guard let address, address.port != 0, let node else { continue }
      if let other = seen[address] {
        fail("\(name): \(address) already is the address of \(other)", at: node)
      }
      seen[address] = name
    }
  }

  /// Where the parts stand that can be wrong only on a certain machine.
  fileprivate func places(in root: Node) -> [ConfigurationFile.Field: ConfigurationFile.Place] {
    let listen = root["listen"]
    var nodes: [ConfigurationFile.Field: Node?] = [
      .history: root["history"]?["file"] ?? root["history"], .socket: listen?["socket"],
      .admin: listen?["admin"],
      .proxies: listen?["proxies"]?["address"], .otlp: listen?["otlp"]?["address"],
    ]
    nodes[.tokens] = root["api"]?["tokens"]
    nodes[.never] = root["threats"]?["never"] ?? root["threats"]
    for (field, listener) in [
      (ConfigurationFile.Field.api, ConfigurationFile.Listener.api), (.signals, .signals),
    ] {
      let part = root[listener.rawValue]
      nodes[field] = part?["listen"]
      nodes[.certificate(of: listener)] = part?["certificate"]
      nodes[.key(of: listener)] = part?["key"]
      nodes[.clientRoots(of: listener)] = part?["clientCA"]
    }
    for listener in [ConfigurationFile.Listener.proxies, .otlp] {
      let tls = listen?[listener.rawValue]?["tls"]
      nodes[.certificate(of: listener)] = tls?["certificate"]
      nodes[.key(of: listener)] = tls?["key"]
      nodes[.clientRoots(of: listener)] = tls?["clientRoots"]
    }
    return nodes.compactMapValues { node in
      node?.mark.map { ConfigurationFile.Place(line: $0.line, column: $0.column) }
    }
  }

  private mutating func meshListener(
    _ node: Node, _ what: String, path: (String) -> String
  ) -> (Configuration.Address, Configuration.ProxySecurity)? {
    let fields = fields(
      of: node, what, required: ["address"], optional: ["tls", "insecure"])
    let address = address(fields["address"], what + ".address")
    let insecure = boolean(fields["insecure"], what + ".insecure") ?? false
    if insecure {
      if let address, !address.isLoopback {
        fail("insecure is allowed on loopback only, not on \(address)", at: node)
      }
      if let tls = fields["tls"] { fail("insecure excludes tls", at: tls) }
      return address.map { ($0, .insecure) }
    }
    guard let tlsNode = fields["tls"] else {
      fail("\(what) needs 'tls' (or 'insecure: true' on loopback)", at: node)
      return nil
    }
    let tls = self.fields(
      of: tlsNode, "tls", required: ["certificate", "key", "clientRoots"])
    let certificate = file(tls["certificate"], "tls.certificate", path)
    let key = file(tls["key"], "tls.key", path)
    let roots = file(tls["clientRoots"], "tls.clientRoots", path)
    guard let address, let certificate, let key, let roots else { return nil }
    return (address, .mutualTLS(certificate: certificate, key: key, clientRoots: roots))
  }

  mutating func file(
    _ node: Node?, _ what: String, _ path: (String) -> String
  ) -> String? {
    guard let node, let text = text(node, what) else { return nil }
    let file = path(text)
    guard FileManager.default.isReadableFile(atPath: file) else {
      fail("\(what): \(file) cannot be read", at: node)
      return nil
    }
    return file
  }

  mutating func address(_ node: Node?, _ what: String) -> Configuration.Address? {
    guard let node, let text = text(node, what) else { return nil }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let octets = parts.first?.split(separator: ".").compactMap { UInt8($0) } ?? []
    guard parts.count == 2, octets.count == 4, let port = Int(parts[1]),
      (0...65_535).contains(port)
    else {
      fail("\(what) must be an IPv4 address and a port such as 127.0.0.1:15010", at: node)
      return nil
    }
    return Configuration.Address(host: String(parts[0]), port: port)
  }

  private mutating func limits(_ node: Node?, _ trustDomain: String?) -> LoopLimits {
    var limits = LoopLimits()
    guard let node else { return limits }
    let fields = fields(
      of: node, "limits", required: [],
      optional: [
        "maxActive", "maxActiveClients", "maxActivePercent", "maxActivePerNamespace",
        "maxActionsPerHour", "maxContinuous", "maxTTL", "protected", "protectedClients",
      ])
    if let value = integer(fields["maxActive"], "limits.maxActive", in: 1...10_000) {
      limits.maxActive = value
    }
    let clients = integer(
      fields["maxActiveClients"], "limits.maxActiveClients", in: 0...10_000)
    if let clients { limits.maxActiveClients = clients }
    if let value = integer(fields["maxActivePercent"], "limits.maxActivePercent", in: 1...100) {
      limits.maxActivePercent = value
    }
    limits.maxActivePerNamespace = integer(
      fields["maxActivePerNamespace"], "limits.maxActivePerNamespace", in: 1...10_000)
    let hourly = integer(
      fields["maxActionsPerHour"], "limits.maxActionsPerHour", in: 1...100_000)
    if let hourly { limits.maxActionsPerHour = hourly }
    if let value = duration(fields["maxContinuous"], "limits.maxContinuous") {
      limits.maxContinuousMilliseconds = value
    }
    if let value = duration(fields["maxTTL"], "limits.maxTTL") {
      limits.maxTTLMilliseconds = value
    }
    limits.protected = patterns(fields["protected"], "limits.protected", of: trustDomain)
    limits.protectedClients = list(fields["protectedClients"], "limits.protectedClients")
      .compactMap { item in
        guard let text = text(item, "limits.protectedClients") else { return nil }
        guard let block = IPPrefix(text) else {
          fail("'\(text)' is no address, nor a block such as 10.0.0.0/8", at: item)
          return nil
        }
        return block
      }
    return limits
  }
}
