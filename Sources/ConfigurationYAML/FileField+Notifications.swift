extension FileField {
  static let notifications: [FileField] = [
    FileField("notifications", "mapping", "Who is told what happens."),
    FileField(
      "notifications.instance", "letters, digits and . - _", example: "shop-1",
      "How this controller calls itself; the trust domain where it is left out."),
    FileField(
      "notifications.address", "address of the console", example: "https://flyball.shop.demo",
      "What links in notifications begin with."),
    FileField(
      "notifications.receivers", "list", required: true, "Each is told by itself; at most 16."),
    FileField(
      "notifications.receivers[].name", "small letters, digits and -", required: true,
      example: "chat", "Its name in logs and metrics."),
    FileField(
      "notifications.receivers[].kind", "alertmanager, standard-webhooks, slack or cloud-events",
      required: true, example: "slack", "How it is told."),
    FileField(
      "notifications.receivers[].url", "address", example: "https://hooks.shop.demo/flyball",
      "Where it is; a receiver has either url or urlFile."),
    FileField(
      "notifications.receivers[].urlFile", "path", example: "secret",
      "A file with the address, where the address is the secret."),
    FileField(
      "notifications.receivers[].ca", "path", example: "roots.pem",
      "Who must have issued its certificate, in PEM; the system's roots where it is left" + " out."),
    FileField(
      "notifications.receivers[].tokenFile", "path", example: "secret",
      "A file with a bearer token that is shown to it."),
    FileField(
      "notifications.receivers[].keysFile", "path", example: "secret",
      "A file with the keys that sign; of standard-webhooks."),
    FileField(
      "notifications.receivers[].events",
      "list of detection.fired, action.proposed, action.approved, action.applied, action.verified, action.refused, action.failed, action.released, action.expired, attention.needed or loop.stopped",
      example: "[action.proposed]",
      "Of what it is told; of all but detection.fired where it is left out."),
    FileField(
      "notifications.receivers[].minimumSeverity", "informational, low, medium, high or critical",
      example: "high", "From which level on; all where it is left out."),
    FileField(
      "notifications.receivers[].title", "text with {names} in braces",
      example: "\"{event}: {subject}\"", "How a message is headed."),
    FileField(
      "notifications.receivers[].text", "text with {names} in braces",
      example: "\"{event} {subject}\"", "What it says."),
    FileField(
      "notifications.receivers[].silencedBy", "name of a receiver of kind alertmanager",
      example: "am", "Whose silences count here, too."),
  ]
}
