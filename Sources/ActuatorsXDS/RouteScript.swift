internal import Actuators
internal import MeshModel

/// The Lua script of `flyball.route`: it names the action and the cluster in the request's metadata,
/// and has the route chosen again, so that a route of the proxy's own that asks for this cluster
/// is found. Metadata, unlike a header, is nothing that a client could send.
///
/// The parts that differ come from types that hold no quote and no escape; `quoted` holds on to that.
struct RouteScript {
  private struct Entry {
    var key: String
    var rule: Rule
    var cluster: ClusterName
  }

  private var entries: [Entry] = []
  /// Those of IPv6 blocks among the keys.
  private var lengths: Set<Int> = []

  init(_ rules: [Rule]) {
    for rule in rules {
      guard case .reroute(let cluster) = rule.stage else { continue }
      switch rule.match {
      case .peer(let identity):
        entries.append(
          Entry(key: Self.quoted(identity.description), rule: rule, cluster: cluster))
      case .client(let block) where block.family == .v4:
        entries.append(Entry(key: Self.quoted(block.address), rule: rule, cluster: cluster))
      case .client(let block):
        lengths.insert(block.length)
        entries.append(
          Entry(
            key: "block(groups(\(Self.quoted(block.address))), \(block.length))", rule: rule,
            cluster: cluster))
      case .ownOutbound, .unauthenticatedPeer: break
      }
    }
  }

  var text: String {
    guard !entries.isEmpty else { return "" }
    let lengths = lengths.sorted().map(String.init).joined(separator: ", ")
    return Self.blocks + "local lengths = {\(lengths)}\n" + table("enforced", isShadow: false)
      + table("shadows", isShadow: true)
      + Self.handler
  }

  /// Two rules for one subject: the later deadline covers both.
  private func table(_ name: String, isShadow: Bool) -> String {
    let lines = entries.filter { $0.rule.isShadow == isShadow }
      .sorted { ($0.rule.notAfter, $0.rule.name) < ($1.rule.notAfter, $1.rule.name) }
      .map { entry in
        let ends = entry.rule.notAfter.microseconds / 1000
        return "\(name)[\(entry.key)] = {action = \(Self.quoted(entry.rule.name)),"
          + " cluster = \(Self.quoted(entry.cluster.description)), ends = \(ends)}\n"
      }
    return "local \(name) = {}\n" + lines.joined()
  }

  /// A Lua string in which everything that could end it is written as a number.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for byte in text.utf8 {
      switch byte {
      case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D...0x2F, 0x3A, 0x5F, 0x7C:
        quoted.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte)
        quoted += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      }
    }
    return quoted + "\""
  }

  /// The eight groups of an IPv6 address, and the block of a length that it is in.
  private static let blocks = """
    local function groups(address)
      local head, tail = address:match("^(.*)::(.*)$")
      local groups, after = {}, 0
      for group in (head or address):gmatch("%x+") do groups[#groups + 1] = tonumber(group, 16) end
      for _ in (tail or ""):gmatch("%x+") do after = after + 1 end
      while #groups < 8 - after do groups[#groups + 1] = 0 end
      for group in (tail or ""):gmatch("%x+") do groups[#groups + 1] = tonumber(group, 16) end
      return groups
    end
    local function block(groups, length)
      local kept = {}
      for index = 1, 8 do
        local rest = 2 ^ (16 - math.max(0, math.min(16, length - 16 * (index - 1))))
        kept[index] = string.format("%x", groups[index] - groups[index] % rest)
      end
      return table.concat(kept, ":") .. "/" .. length
    end

    """

  private static let handler = """
    function envoy_on_request(handle)
      local info = handle:streamInfo()
      local remote = info:downstreamDirectRemoteAddress()
      local keys = {remote:match("^(%d+%.%d+%.%d+%.%d+):%d+$")}
      local address = #lengths > 0 and remote:match("^%[(%x*:[%x:]*)%]:%d+$")
      if address then
        local own = groups(address)
        for _, length in ipairs(lengths) do keys[#keys + 1] = block(own, length) end
      end
      local tls = info:downstreamSslConnection()
      if tls and tls:peerCertificatePresented() then
        local names = tls:uriSanPeerCertificate()
        if #names == 1 then keys[#keys + 1] = names[1] end
      end
      local now, metadata = handle:timestamp(), info:dynamicMetadata()
      for _, key in pairs(keys) do
        local shadow, rule = shadows[key], enforced[key]
        if shadow and now < shadow.ends then
          metadata:set("flyball.route", "shadow", shadow.action)
        end
        if rule and now < rule.ends then
          metadata:set("flyball.route", "action", rule.action)
          metadata:set("flyball.route", "cluster", rule.cluster)
          handle:clearRouteCache()
        end
      end
    end
    """
}
