extension FileField {
  static let ofConfigurations =
    mesh + listeners + places + limits + proxies + api + operators + login + signals + notifications
    + threats

  private static let mesh = [
    FileField("mesh", "mapping", required: true, "The mesh that Flyball looks after."),
    FileField(
      "mesh.trustDomain", "text", required: true, example: "shop.demo",
      "The trust domain of all identities in it."),
    FileField(
      "mesh.services", "list", standard: "[]",
      "Which workload stands behind which name of a cluster or host."),
    FileField(
      "mesh.services[].principal", "SPIFFE ID", required: true,
      example: "\"spiffe://shop.demo/ns/shop/sa/payments\"", "The workload."),
    FileField(
      "mesh.services[].names", "list of texts", example: "[payments]",
      "The names; the last segment of the identity where it is left out."),
    FileField(
      "mesh.gateways", "list of SPIFFE IDs", standard: "[]",
      example: "[\"spiffe://shop.demo/ns/shop/sa/ingress\"]",
      "Workloads that answer for everybody behind them: never subjects, but their clients can be."),
  ]

  private static let listeners =
    [
      FileField("listen", "mapping", required: true, "Where Flyball listens."),
      FileField(
        "listen.proxies", "mapping", required: true,
        "For proxies: access logs, OpenTelemetry's logs over gRPC, and what they are to enforce."),
    ] + listener("listen.proxies") + [
      FileField("listen.otlp", "mapping", "For OpenTelemetry's logs over HTTP.")
    ] + listener("listen.otlp") + [
      FileField(
        "listen.admin", "IPv4 address and port", required: true, example: "127.0.0.1:15020",
        "For /metrics, /livez and /readyz."),
      FileField(
        "listen.socket", "path of at most 107 bytes", required: true, example: "flyball.sock",
        "The operators' socket: who may open it may do everything."),
      FileField(
        "listen.socketGroup", "name of a group of this machine", example: "root",
        "Whose members may open the socket, beside the user that runs Flyball."),
    ]

  private static func listener(_ path: String) -> [FileField] {
    [
      FileField(
        path + ".address", "IPv4 address and port", required: true, example: "127.0.0.1:0",
        "Where to listen."),
      FileField(
        path + ".tls", "mapping", "Certificates; needed unless it is insecure."),
      FileField(
        path + ".tls.certificate", "path", required: true, example: "own.pem",
        "The chain that is shown, in PEM. With one SPIFFE ID of the mesh in it Flyball can probe."),
      FileField(
        path + ".tls.key", "path", required: true, example: "own.key", "Its key, in PEM."),
      FileField(
        path + ".tls.clientRoots", "path", required: true, example: "roots.pem",
        "Who must have issued the certificates of those who connect, in PEM."),
      FileField(
        path + ".insecure", "true or false", standard: "false", example: "true",
        "Plaintext, with identities that are merely claimed: on loopback only, and without tls."),
    ]
  }

  private static let places = [
    FileField(
      "history", "path, or a mapping", required: true, "Where all that was decided is kept."),
    FileField("history.file", "path", required: true, example: "h.db", "The history itself."),
    FileField(
      "history.checkpoints", "path", example: "checkpoints",
      "The file that signed checkpoints are appended to; the history's with .checkpoints where it is"
        + " left out."),
    FileField(
      "history.key", "path", example: "history-key",
      "The file with the key that signs them; the history's with .key where it is left out."),
    FileField(
      "history.keep", "days, such as 400d", example: "400d",
      "How long the text of closed actions is kept; for ever where it is left out."),
    FileField(
      "policies", "path of a folder", required: true, example: "policies",
      "Response policies, *.yaml, in the order of their names; the first that matches answers."),
    FileField(
      "rules", "path of a folder", example: "rules",
      "Sigma rules, *.yml and *.yaml, of this folder and those within."),
    FileField("selfTest", "mapping", "Whether the loop tests itself."),
    FileField(
      "selfTest.every", "off, or a time of at least 10s", required: true, example: "\"off\"",
      "How often; 1h where selfTest is left out and a proxy has a probe."),
  ]

  private static let limits = [
    FileField(
      "limits", "mapping",
      "Beyond them an action is refused, with the reason; none holds back a release."),
    FileField(
      "limits.maxActive", "number from 1 to 10,000", standard: "5", example: "8",
      "Actions in force against workloads."),
    FileField(
      "limits.maxActiveClients", "number from 0 to 10,000", standard: "100", example: "20",
      "Actions in force against clients of gateways."),
    FileField(
      "limits.maxActivePercent", "number from 1 to 100", standard: "50", example: "20",
      "How many of the workloads that have a proxy and are not protected may be acted on; one always"
        + " may."),
    FileField(
      "limits.maxActivePerNamespace", "number from 1 to 10,000", example: "3",
      "Actions in force against workloads of one namespace; no such limit where it is left out."),
    FileField(
      "limits.maxActionsPerHour", "number from 1 to 100,000", standard: "20", example: "10",
      "Actions against workloads that may start in an hour."),
    FileField(
      "limits.maxContinuous", "time of at most 24h", standard: "4h", example: "2h",
      "How long one workload may be acted on without a pause; then a human must decide."),
    FileField(
      "limits.maxTTL", "time of at most 24h", standard: "1h", example: "30m",
      "How long any action may last."),
    FileField(
      "limits.protected", "list of SPIFFE IDs, or of beginnings that end in *", standard: "[]",
      example: "[\"spiffe://shop.demo/ns/ops/*\"]", "Who is never acted on."),
    FileField(
      "limits.protectedClients", "list of addresses and blocks", standard: "[]",
      example: "[192.0.2.0/24]",
      "Clients of gateways that are never acted on; loopback and link-local never are."),
  ]

  private static let proxies = [
    FileField(
      "proxies", "list", standard: "[]", "Proxies that Flyball can reach by itself."),
    FileField(
      "proxies[].principal", "SPIFFE ID", required: true,
      example: "\"spiffe://shop.demo/ns/shop/sa/payments\"", "The proxy's identity."),
    FileField(
      "proxies[].node", "text", required: true, example: "payments-1", "Its node.id."),
    FileField(
      "proxies[].admin", "IPv4 address and port, or unix: and a path",
      example: "\"127.0.0.1:9901\"",
      "Its admin interface, which is read and never changed. A proxy has one of admin and probe, or"
        + " both."),
    FileField(
      "proxies[].probe", "IPv4 address and port", example: "\"127.0.0.1:15006\"",
      "Its inbound listener, where Flyball asks for what an action denies."),
  ]

  private static let api = [
    FileField("api", "mapping", "The operators' interface on the network, and the console."),
    FileField(
      "api.listen", "IPv4 address and port", required: true, example: "127.0.0.1:15443",
      "Where to listen."),
    FileField(
      "api.certificate", "path", example: "own.pem",
      "The chain that is shown, in PEM, read again when it changes; needed unless it is insecure."),
    FileField(
      "api.key", "path", example: "own.key", "Its key, in PEM; needed unless it is insecure."),
    FileField(
      "api.clientCA", "path", example: "roots.pem",
      "Who issued the certificates of operators, in PEM; without it nobody is asked for one."),
    FileField(
      "api.insecure", "true or false", standard: "false", example: "true",
      "Plaintext: on loopback only, and without certificates."),
    FileField(
      "api.allowedHosts", "list of hosts, with a port or none", example: "[flyball.shop.demo]",
      "The names it may be called by; its address and the host of oidc.redirect where it is left"
        + " out."),
    FileField(
      "api.tokens", "path", example: "tokens.yaml",
      "Tokens of operators, which flyball token writes; read again when it changes."),
  ]

  private static let operators =
    [
      FileField("api.operators", "list", "Who may come in, beside whom oidc.grants lets in."),
      FileField(
        "api.operators[].name", "letters, digits and . _ - @ +", required: true, example: "alice",
        "One name for one person, also where approvals by two are needed."),
      FileField(
        "api.operators[].grants", "list", required: true, "What the operator may do, and where."),
    ] + grant("api.operators[].grants[]") + [
      FileField(
        "api.operators[].certificates", "list of SPIFFE IDs", standard: "[]",
        example: "[\"spiffe://shop.demo/people/alice\"]",
        "Identities in certificates that are this operator's."),
      FileField(
        "api.operators[].login", "text", example: "alice@shop.demo",
        "The operator's name at the provider of oidc."),
      FileField(
        "api.operators[].user", "text", example: "al", "The operator's name on this machine."),
    ]

  private static let login =
    [
      FileField("api.oidc", "mapping", "Login at a provider of OpenID Connect."),
      FileField(
        "api.oidc.issuer", "address, such as https://login.example/realm", required: true,
        example: "https://login.shop.demo/realms/people", "The provider."),
      FileField(
        "api.oidc.clientID", "text", required: true, example: "flyball",
        "Under which name it knows Flyball."),
      FileField(
        "api.oidc.clientSecretFile", "path", example: "secret",
        "The secret beside it; without one the login is protected by PKCE alone."),
      FileField(
        "api.oidc.redirect", "address that ends in /login/callback", required: true,
        example: "https://flyball.shop.demo/login/callback",
        "Where it sends browsers back to."),
      FileField(
        "api.oidc.scopes", "list of texts", standard: "[profile, email]", example: "[groups]",
        "What is asked for beside openid."),
      FileField(
        "api.oidc.nameClaim", "text", standard: "sub", example: "email",
        "Which claim is the operator's name; an email must be verified."),
      FileField(
        "api.oidc.grantsClaim", "text", standard: "groups", example: "roles",
        "Which claim, a text or a list of texts, grants something."),
      FileField("api.oidc.grants", "list", standard: "[]", "What its values grant."),
      FileField(
        "api.oidc.grants[].value", "text", required: true, example: "shop-team",
        "A value of the claim."),
    ] + grant("api.oidc.grants[]")

  private static func grant(_ path: String) -> [FileField] {
    [
      FileField(
        path + ".role", "viewer, operator or admin", required: true, example: "operator",
        "What may be done."),
      FileField(
        path + ".namespaces", "all, or a list of names", required: true, example: "[shop]",
        "Of whose subjects; all covers what has no namespace, and the mesh as a whole."),
    ]
  }
}
