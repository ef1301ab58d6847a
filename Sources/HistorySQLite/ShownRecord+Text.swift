internal import FeedbackLoop
internal import MeshModel

extension ShownRecord {
  var json: JSONValue {
    [
      "schemaVersion": .number(1), "seq": .number(seq), "time": .text(at.rfc3339),
      "action": action.map { .text($0) }, "subject": subject.map { .text($0) },
      "event": .text(event), "detail": .text(detail), "intent": .truth(isIntent),
      "bodySHA256": bodyHash.map { .text($0) }, "leafSHA256": .text(leafHash),
    ]
  }

  var subject: String? { current?.subject.description }

  /// RFC 4180, each field in quotes.
  var commaSeparated: String {
    [
      "\(seq)", at.rfc3339, action ?? "", subject ?? "", event, detail, isIntent ? "1" : "0",
      bodyHash ?? "", leafHash,
    ].map(Self.field).joined(separator: ",")
  }

  /// What a spreadsheet would take for a formula becomes text; what could steer a terminal, visible.
  private static func field(_ text: String) -> String {
    let first = text.unicodeScalars.first
    let isFormula = first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
    let shown = text.escaped { "\\u{\(String($0.value, radix: 16))}" }
    return "\"" + (isFormula ? "'" : "") + shown.replacing("\"", with: "\"\"") + "\""
  }

  /// Nil for records about what the world has no name for.
  var cloudEvent: JSONValue? {
    guard let type = cloudEventType else { return nil }
    return [
      "specversion": "1.0", "id": .text("\(seq)-\(leafHash)"), "source": "/flyball/history",
      "type": .text("dev.flyball." + type), "time": .text(at.rfc3339),
      "subject": action.map { .text($0) }, "datacontenttype": "application/json",
      "data": json,
    ]
  }

  private var cloudEventType: String? {
    switch event {
    case "intent": isOrdered ? "action.approved" : "detection.fired"
    case "proposed": "action.proposed"
    case "approved": "action.approved"
    case "applied", "adopted": "action.applied"
    case "effective", "kept": "action.verified"
    case "failed", "refused", "unverified": "action.failed"
    case "released": "action.released"
    case "expired": "action.expired"
    case "accepted", "readback", "behaviour", "probe", "harm", "telemetry-lost": "signal.received"
    default: nil
    }
  }

  var isOrdered: Bool {
    if case .order = current?.detection.detector { return true }
    return false
  }
}
