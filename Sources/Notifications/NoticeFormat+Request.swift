internal import JSONNodes
package import MeshModel
internal import Signals
internal import TransparencyLog

extension NoticeFormat {
  /// The request of one attempt at this time.
  package func request(for notice: Notice, at now: Timestamp) -> NoticeRequest {
    switch self {
    case .standardWebhooks(let keys):
      let body = Array(Self.payload(of: notice).text.utf8)
      return Self.request(
        body, type: "application/json", more: Self.signed(body, notice.id, keys, at: now))
    case .alertmanager:
      let body = JSONNode.array(notice.alertNames.map { Self.alert($0, of: notice, at: now) })
      return Self.request(Array(body.text.utf8), type: "application/json")
    case .slack:
      let body = JSONNode.object(JSONObject(["text": .string(Self.message(of: notice))]))
      return Self.request(Array(body.text.utf8), type: "application/json")
    case .cloudEvents(let source):
      let body = Self.event(of: notice, from: source)
      return Self.request(
        Array(body.text.utf8), type: "application/cloudevents+json; charset=utf-8")
    }
  }

  private static func request(
    _ body: [UInt8], type: String, more: [NoticeRequest.Header] = []
  ) -> NoticeRequest {
    NoticeRequest(
      headers: [NoticeRequest.Header(name: "content-type", value: type)] + more, body: body)
  }

  /// Source: the Standard Webhooks specification, its sections on headers and on signatures.
  static func signed(
    _ body: [UInt8], _ id: String, _ keys: [WebhookKey], at now: Timestamp
  ) -> [NoticeRequest.Header] {
    let stamp = String(now.second)
    let signatures = keys.filter { $0.isLive(at: now) }.map {
      "v1," + Base64.text($0.signature(of: [Array("\(id).\(stamp).".utf8), body]))
    }
    return [
      NoticeRequest.Header(name: "webhook-id", value: id),
      NoticeRequest.Header(name: "webhook-timestamp", value: stamp),
      NoticeRequest.Header(name: "webhook-signature", value: signatures.joined(separator: " ")),
    ]
  }

  private static func payload(of notice: Notice) -> JSONNode {
    .object(
      JSONObject([
        "type": .string(notice.kind.rawValue), "timestamp": .string(notice.at.rfc3339),
        "data": data(of: notice),
      ]))
  }

  /// Source: the CloudEvents specification and its JSON format, version 1.0.2.
  private static func event(of notice: Notice, from source: String) -> JSONNode {
    var event = JSONObject([
      "specversion": .string("1.0"), "id": .string(notice.id), "source": .string(source),
      "type": .string("dev.flyball." + notice.kind.rawValue),
      "time": .string(notice.at.rfc3339), "datacontenttype": .string("application/json"),
    ])
    if let subject = notice.subject { event.add("subject", .string(subject)) }
    event.add(OwnMark.name, .string(notice.origin))
    event.add("data", data(of: notice))
    return .object(event)
  }

  private static func data(of notice: Notice) -> JSONNode {
    var data = JSONObject([
      "schemaVersion": .number("1"), "id": .string(notice.matter.id),
      "began": .string(notice.matter.began.rfc3339),
    ])
    switch notice.matter.standing {
    case .open(let until): data.add("openUntil", .string(until.rfc3339))
    case .over(let at): data.add("over", .string(at.rfc3339))
    }
    add(facts(of: notice), to: &data)
    data.add("needsHuman", .boolean(notice.needsHuman))
    data.add("title", .string(notice.title))
    data.add("text", .string(notice.text))
    if let link = notice.link { data.add("link", .string(link)) }
    data.add(OwnMark.name, .string(notice.origin))
    return .object(data)
  }

  /// The labels are those of all notices of the matter: Alertmanager joins them by nothing else.
  /// That a human must look fires for its time, whatever becomes of the matter.
  private static func alert(
    _ name: String, of notice: Notice, at now: Timestamp
  ) -> JSONNode {
    var labels = JSONObject([
      "alertname": .string(name), "id": .string(notice.matter.id),
      OwnMark.name: .string(notice.origin),
    ])
    add(facts(of: notice), to: &labels)
    let ends =
      switch notice.matter.standing {
      case _ where name == Notice.attention:
        notice.at.adding(milliseconds: attentionSeconds * 1_000)
      // Past its time it is still open until somebody says that it is over.
      case .open(let until): max(until, now.adding(milliseconds: firingSeconds * 1_000))
      case .over(let at): at
      }
    var alert = JSONObject([
      "labels": .object(labels),
      "annotations": .object(
        JSONObject([
          "summary": .string(notice.title), "description": .string(notice.text),
          "stage": .string(notice.kind.rawValue),
        ])),
      "startsAt": .string(notice.matter.began.rfc3339), "endsAt": .string(ends.rfc3339),
    ])
    if let link = notice.link { alert.add("generatorURL", .string(link)) }
    return .object(alert)
  }

  /// Alertmanager's own `resolve_timeout`; reminders come five times as often.
  private static let firingSeconds: Int64 = 300
  private static let attentionSeconds: Int64 = 3_600

  private static func facts(of notice: Notice) -> [(String, String?)] {
    [
      ("subject", notice.subject), ("policy", notice.policy),
      ("severity", notice.severity?.rawValue),
    ]
  }

  private static func add(_ facts: [(String, String?)], to object: inout JSONObject) {
    for (name, value) in facts {
      if let value { object.add(name, .string(value)) }
    }
  }

  private static func message(of notice: Notice) -> String {
    var lines = ["*\(escaped(notice.title))*"]
    if !notice.text.isEmpty { lines.append(escaped(notice.text)) }
    if let subject = notice.subject { lines.append("Subject: `\(escaped(subject))`") }
    if let link = notice.link { lines.append(escaped(link)) }
    return lines.joined(separator: "\n")
  }

  /// As Slack asks for: else `<!channel>` in a title would call everybody. Marks of emphasis and
  /// code in what attackers write become other characters.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "`": escaped += "'"
      case "*": escaped += "∗"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }
}
