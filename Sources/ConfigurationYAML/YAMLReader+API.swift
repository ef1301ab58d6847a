internal import Access
internal import MeshModel
internal import YAMLNodes
internal import Yams

extension YAMLReader {
  /// The key `api`: a listener for operators, and everything that decides who may come in.
  mutating func api(_ node: Node?, path: (String) -> String) -> APISettings? {
    guard let node else { return nil }
    let fields = fields(
      of: node, "api", required: ["listen"],
      optional: [
        "certificate", "key", "clientCA", "insecure", "allowedHosts", "tokens", "operators", "oidc",
      ])
    let address = address(fields["listen"], "api.listen")
    let security = listenerSecurity("api", fields, at: node, address, path: path)
    let tokens = text(fields["tokens"], "api.tokens").map(path)
    let operators = operators(fields["operators"])
    let login = fields["oidc"].flatMap {
      self.login($0, isSecure: security != .insecure, path: path)
    }
    refuseDeadEnds(fields, operators, at: node)
    guard let address, let security else { return nil }
    let hosts = allowedHosts(fields["allowedHosts"], address, login)
    return APISettings(
      address: address, security: security, allowedHosts: hosts, tokens: tokens,
      operators: operators, login: login)
  }

  /// TLS with the files named beside the address, or plaintext on loopback.
  mutating func listenerSecurity(
    _ what: String, _ fields: [String: Node], at node: Node, _ address: Configuration.Address?,
    path: (String) -> String
  ) -> APISettings.Security? {
    let tls = ["certificate", "key", "clientCA"]
    if boolean(fields["insecure"], "\(what).insecure") ?? false {
      if let address, !address.isLoopback {
        fail("insecure is allowed on loopback only, not on \(address)", at: node)
      }
      for name in tls {
        if let other = fields[name] { fail("insecure excludes \(name)", at: other) }
      }
      return .insecure
    }
    for name in tls.dropLast() where fields[name] == nil {
      fail("\(what) needs '\(name)' (or 'insecure: true' on loopback)", at: node)
    }
    let certificate = file(fields["certificate"], "\(what).certificate", path)
    let key = file(fields["key"], "\(what).key", path)
    let clientCA = file(fields["clientCA"], "\(what).clientCA", path)
    guard let certificate, let key, clientCA != nil || fields["clientCA"] == nil else { return nil }
    return .tls(certificate: certificate, key: key, clientCA: clientCA)
  }

  /// What is configured and could never let anybody in.
  private mutating func refuseDeadEnds(
    _ fields: [String: Node], _ operators: [OperatorEntry], at node: Node
  ) {
    if fields["tokens"] == nil, fields["clientCA"] == nil, fields["oidc"] == nil {
      fail("api needs 'tokens', 'clientCA' or 'oidc': nobody could come in", at: node)
    }
    if let tokens = fields["tokens"], operators.isEmpty {
      fail("api.tokens needs 'operators': a token is of one of them", at: tokens)
    }
    let hasCertificates = operators.contains { !$0.certificates.isEmpty }
    if let clientCA = fields["clientCA"], !hasCertificates {
      fail("api.clientCA: no operator has 'certificates', so nobody comes in by one", at: clientCA)
    }
    if hasCertificates, fields["clientCA"] == nil, let list = fields["operators"] {
      fail("certificates of operators need api.clientCA, which issued them", at: list)
    }
    if operators.contains(where: { $0.login != nil }), fields["oidc"] == nil,
      let list = fields["operators"]
    {
      fail("'login' of operators needs api.oidc, where they log in", at: list)
    }
  }

  /// By default the address itself, and where the provider sends browsers back to.
  private mutating func allowedHosts(
    _ node: Node?, _ address: Configuration.Address, _ login: APISettings.Login?
  ) -> [String] {
    guard let node else {
      var hosts = [address.description]
      if let redirect = login?.terms.redirect, !hosts.contains(redirect.authority) {
        hosts.append(redirect.authority)
      }
      return hosts
    }
    let hosts = list(node, "api.allowedHosts").compactMap { item -> String? in
      guard let text = text(item, "a host") else { return nil }
      guard WebAddress.isAuthority(text) else {
        fail(
          "'\(text)' is no host, such as flyball.example or flyball.example:8443, in lower case",
          at: item)
        return nil
      }
      return text
    }
    if hosts.isEmpty { fail("api.allowedHosts must name at least one host", at: node) }
    if let redirect = login?.terms.redirect,
      !HostList(hosts, port: address.port).contains(redirect.authority)
    {
      fail("api.allowedHosts lacks \(redirect.authority), the host of oidc.redirect", at: node)
    }
    return hosts
  }

  /// A name, a certificate, a login and a user each are of one operator only: else one person would
  /// count as two, or two as one.
  private mutating func operators(_ node: Node?) -> [OperatorEntry] {
    var taken: [String: String] = [:]
    let items = list(node, "api.operators")
    if let node, items.count > AccessBounds.operators {
      fail("more than \(AccessBounds.operators) operators", at: node)
    }
    return items.prefix(AccessBounds.operators).compactMap { item in
      guard let entry = operatorEntry(item) else { return nil }
      let ways =
        ["name \(entry.name)"] + entry.certificates.map { "certificate \($0)" }
        + [entry.login.map { "login \($0)" }, entry.user.map { "user \($0)" }].compactMap(\.self)
      for way in ways.sorted() {
        if let other = taken[way] { fail("the \(way) already is of operator \(other)", at: item) }
        taken[way] = entry.name
      }
      return entry
    }
  }

  private mutating func operatorEntry(_ node: Node) -> OperatorEntry? {
    let fields = fields(
      of: node, "an operator", required: ["name", "grants"],
      optional: ["certificates", "login", "user"])
    let grants = grants(fields["grants"], "grants")
    let certificates = list(fields["certificates"], "certificates").compactMap { item in
      guard let text = text(item, "a certificate's identity") else { return nil as SPIFFEID? }
      guard let identity = try? SPIFFEID(parsing: text), !identity.isReserved else {
        fail("'\(text)' is no SPIFFE ID", at: item)
        return nil
      }
      return identity
    }
    guard let name = operatorName(fields["name"]) else { return nil }
    return OperatorEntry(
      name: name, grants: grants, certificates: Set(certificates),
      login: text(fields["login"], "login"), user: text(fields["user"], "user"))
  }
}
