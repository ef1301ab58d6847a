internal import JSONNodes
internal import MeshModel

/// An event of Falco's HTTP output, or of Falcosidekick's webhook, which adds a `uuid`.
///
/// Without it, what the event says makes it the same as another. Source: Falco's documentation of
/// its JSON output.
enum FalcoReader {
  static func read(_ node: JSONNode, at now: Timestamp) throws(SignalRefusal) -> SignalReading {
    var reading = SignalReading()
    // One event a request: what is wrong with it is wrong with all of it.
    let event = try signal(node, at: now)
    reading.read([event]) { $0 }
    return reading
  }

  private static func signal(
    _ node: JSONNode, at now: Timestamp
  ) throws(SignalRefusal) -> Signal {
    let event = try Members(node, at: "")
    let rule = try event.neededText("rule")
    let stamp = try event.neededText("time")
    guard let start = Timestamp(internetTime: stamp) else { throw .notATime("time") }
    let output = try event.text("output")
    let host = try event.text("hostname")
    var draft = SignalDraft(at: now)
    draft.add(labelsOf: try event.members("output_fields"))
    if let host { draft.add(label: "hostname", host) }
    draft.set(severity: try event.text("priority"))
    draft.set(name: rule, title: rule, text: output)
    let id: [String]
    if let uuid = try event.text("uuid"), !uuid.isEmpty {
      id = [uuid]
    } else {
      id = [stamp, rule, host ?? "", output ?? ""]
    }
    return try draft.signal(id: id, from: .falco, .occurred, started: start)
  }
}
