internal import Access
internal import YAMLNodes
internal import Yams

extension YAMLReader {
  /// The key `api.oidc`.
  mutating func login(
    _ node: Node, isSecure: Bool, path: (String) -> String
  ) -> APISettings.Login? {
    let fields = fields(
      of: node, "api.oidc", required: ["issuer", "clientID", "redirect"],
      optional: ["clientSecretFile", "scopes", "nameClaim", "grantsClaim", "grants"])
    let issuer = webAddress(fields["issuer"], "api.oidc.issuer", isOwn: false)
    let redirect = webAddress(fields["redirect"], "api.oidc.redirect", isOwn: !isSecure)
    if let node = fields["redirect"], let redirect, redirect.path != LoginTerms.callbackPath {
      fail("api.oidc.redirect must end in \(LoginTerms.callbackPath)", at: node)
    }
    let clientID = text(fields["clientID"], "api.oidc.clientID")
    let secret = file(fields["clientSecretFile"], "api.oidc.clientSecretFile", path)
    let scopes =
      fields["scopes"] == nil
      ? ["profile", "email"]
      : list(fields["scopes"], "api.oidc.scopes").compactMap { text($0, "a scope") }
    let nameClaim = text(fields["nameClaim"], "api.oidc.nameClaim") ?? "sub"
    let grantsClaim = text(fields["grantsClaim"], "api.oidc.grantsClaim") ?? "groups"
    let items = list(fields["grants"], "api.oidc.grants")
    if let list = fields["grants"], items.count > AccessBounds.grants {
      fail("api.oidc.grants must be at most \(AccessBounds.grants)", at: list)
    }
    let grants = items.prefix(AccessBounds.grants).compactMap { item -> LoginTerms.ClaimGrant? in
      let fields = self.fields(
        of: item, "a grant of api.oidc", required: ["value", "role", "namespaces"])
      let grant = self.grant(fields)
      guard let value = text(fields["value"], "value"), let grant else { return nil }
      return LoginTerms.ClaimGrant(value: value, grant: grant)
    }
    guard let issuer, let redirect, let clientID else { return nil }
    return APISettings.Login(
      terms: LoginTerms(
        issuer: issuer, clientID: clientID, redirect: redirect, scopes: scopes,
        nameClaim: nameClaim, grantsClaim: grantsClaim, grants: Array(grants)),
      clientSecretFile: secret)
  }

  /// Plaintext would show codes and keys to whoever listens in, so it is for this machine only.
  mutating func webAddress(
    _ node: Node?, _ what: String, isOwn: Bool
  ) -> WebAddress? {
    guard let node, let text = text(node, what) else { return nil }
    guard let address = WebAddress(text) else {
      fail(
        "\(what) must be an address such as https://login.example/realm, in lower case", at: node)
      return nil
    }
    if !address.isSecure, !address.isLoopback {
      fail("\(what) must be https, but for this machine itself", at: node)
      return nil
    }
    if isOwn, address.isSecure {
      fail("\(what) must be http, as the listener is insecure", at: node)
    }
    return address
  }
}
