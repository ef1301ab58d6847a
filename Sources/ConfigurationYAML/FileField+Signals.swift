extension FileField {
  static let signals: [FileField] = [
    FileField("signals", "mapping", "A listener for other systems' alerts."),
    FileField(
      "signals.listen", "IPv4 address and port", required: true, example: "127.0.0.1:0",
      "Where to listen."),
    FileField(
      "signals.certificate", "path", example: "own.pem",
      "The chain that is shown, in PEM; needed unless it is insecure."),
    FileField(
      "signals.key", "path", example: "own.key", "Its key, in PEM; needed unless it is insecure."),
    FileField(
      "signals.clientCA", "path", example: "roots.pem",
      "Who issued the certificates of senders, in PEM."),
    FileField(
      "signals.insecure", "true or false", standard: "false", example: "true",
      "Plaintext: on loopback only, and without certificates."),
    FileField("signals.senders", "list", required: true, "Who may send, at most 32."),
    FileField(
      "signals.senders[].name", "small letters, digits and -", required: true, example: "alerts",
      "Its name in logs, metrics and policies."),
    FileField(
      "signals.senders[].format", "alertmanager, falco, cloud-events or mapped", required: true,
      example: "alertmanager", "What it sends."),
    FileField(
      "signals.senders[].bearer", "list",
      "Tokens that it may show; a sender has exactly one of bearer, hubSignature,"
        + " standardWebhooks and certificate."),
    FileField(
      "signals.senders[].bearer[].id", "16 hexadecimal digits", required: true,
      example: "\"0303030303030303\"",
      "The first part of the token, which flyball signals token prints."),
    FileField(
      "signals.senders[].bearer[].sha256", "64 hexadecimal digits", required: true,
      example: "\"abababababababababababababababababababababababababababababababab\"",
      "The hash of its secret."),
    FileField(
      "signals.senders[].bearer[].expires", "instant, such as 2027-01-31T12:00:00Z", required: true,
      example: "\"2099-01-31T12:00:00Z\"", "Until when it counts."),
    FileField(
      "signals.senders[].hubSignature", "list",
      "Keys that sign the body with HMAC in X-Hub-Signature-256."),
    FileField(
      "signals.senders[].hubSignature[].file", "path", required: true, example: "secret",
      "The file with the key."),
    FileField(
      "signals.senders[].hubSignature[].notAfter", "instant, such as 2027-01-31T12:00:00Z",
      example: "\"2099-01-31T12:00:00Z\"", "Until when it counts; for ever where it is left out."),
    FileField(
      "signals.senders[].standardWebhooks", "list", "Keys that sign as Standard Webhooks do."),
    FileField(
      "signals.senders[].standardWebhooks[].file", "path", required: true, example: "secret",
      "The file with the key."),
    FileField(
      "signals.senders[].standardWebhooks[].notAfter", "instant, such as 2027-01-31T12:00:00Z",
      example: "\"2099-01-31T12:00:00Z\"", "Until when it counts; for ever where it is left out."),
    FileField(
      "signals.senders[].certificate", "list of SPIFFE IDs",
      example: "[\"spiffe://shop.demo/ns/ops/sa/alerts\"]",
      "Identities in certificates that are this sender's."),
    FileField(
      "signals.senders[].workloads", "list",
      "How an alert's labels name the workload it is about; all are asked, and two that"
        + " differ name nobody. The usual labels of Prometheus, Kubernetes and Falco where it is"
        + " left out."),
    FileField(
      "signals.senders[].workloads[].identity", "text", example: "spiffe_id",
      "The label that holds a SPIFFE ID. A rule has exactly one of identity, pod,"
        + " serviceAccount and template."),
    FileField(
      "signals.senders[].workloads[].pod", "text", example: "pod",
      "The label that holds a pod's name."),
    FileField(
      "signals.senders[].workloads[].serviceAccount", "text", example: "service_account",
      "The label that holds a service account."),
    FileField(
      "signals.senders[].workloads[].template", "SPIFFE ID with labels in braces",
      example: "\"spiffe://shop.demo/ns/{namespace}/sa/{app}\"", "How labels make up the identity."),
    FileField(
      "signals.senders[].workloads[].namespace", "text", example: "namespace",
      "Of a pod and of a service account: the label that holds the namespace."),
    FileField(
      "signals.senders[].mapping", "mapping",
      "Where in the body things are, as JSON pointers; of the formats mapped and" + " cloud-events."
    ),
    FileField(
      "signals.senders[].mapping.signals", "place, such as /alerts", example: "/alerts",
      "Where the list of alerts is; the whole body is one alert where it is left out."),
    FileField(
      "signals.senders[].mapping.id", "place", required: true, example: "/id",
      "What tells one alert from another; of CloudEvents within the data, and needed where status is."
    ),
    FileField(
      "signals.senders[].mapping.time", "place", required: true, example: "/time",
      "When it began; of the format mapped."),
    FileField(
      "signals.senders[].mapping.timeForm", "rfc3339, seconds or milliseconds", standard: "rfc3339",
      example: "seconds", "How the time is written."),
    FileField(
      "signals.senders[].mapping.name", "place", example: "/name", "What kind of alert it is."),
    FileField("signals.senders[].mapping.title", "place", example: "/title", "The same in words."),
    FileField(
      "signals.senders[].mapping.severity", "place", example: "/severity", "How grave it is."),
    FileField("signals.senders[].mapping.status", "mapping", "Whether it still fires."),
    FileField(
      "signals.senders[].mapping.status.at", "place", required: true, example: "/status",
      "Where that is said."),
    FileField(
      "signals.senders[].mapping.status.firing", "list of texts", required: true,
      example: "[firing]", "Words that say that it fires."),
    FileField(
      "signals.senders[].mapping.status.resolved", "list of texts", required: true,
      example: "[resolved]", "Words that say that it is over."),
    FileField(
      "signals.senders[].mapping.labels", "mapping of names to places",
      example: "{namespace: /labels/ns}", "Labels, one by one."),
    FileField(
      "signals.senders[].mapping.labelObject", "place", example: "/labels",
      "An object all of whose members are labels."),
  ]
}
