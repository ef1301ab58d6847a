internal import JSONNodes
internal import MeshModel

/// JSON of any shape, by a mapping.
enum MappedReader {
  static func read(
    _ node: JSONNode, by mapping: SignalMapping, at now: Timestamp
  ) throws(SignalRefusal) -> SignalReading {
    var reading = SignalReading()
    guard let pointer = mapping.signals else {
      let event = try signal(node, by: mapping, at: now)
      reading.read([event]) { $0 }
      return reading
    }
    guard let found = pointer.value(in: node) else { throw .missing(pointer.description) }
    guard let nodes = found.array else {
      throw .wrongType(pointer.description, is: found.kind)
    }
    reading.read(nodes) { node throws(SignalRefusal) in try signal(node, by: mapping, at: now) }
    return reading
  }

  private static func signal(
    _ node: JSONNode, by mapping: SignalMapping, at now: Timestamp
  ) throws(SignalRefusal) -> Signal {
    // Where our own webhooks bear it, whatever the mapping makes of them.
    guard node.object?[OwnMark.name] == nil, node.object?["data"]?.object?[OwnMark.name] == nil
    else { throw .own }
    let fields = mapping.fields
    guard let id = try fields.text(mapping.id, in: node), !id.isEmpty else {
      throw .missing(mapping.id.description)
    }
    guard let text = try fields.text(mapping.time, in: node) else {
      throw .missing(mapping.time.description)
    }
    guard let start = time(text, mapping.timeForm) else {
      throw .notATime(mapping.time.description)
    }
    var draft = SignalDraft(at: now)
    try fields.fill(&draft, from: node, name: "signal")
    return try draft.signal(
      id: [id], from: .mapped, try fields.status(in: node), started: start)
  }

  private static func time(_ text: String, _ form: SignalMapping.TimeForm) -> Timestamp? {
    let scale: Double
    switch form {
    case .rfc3339: return Timestamp(internetTime: text)
    case .seconds: scale = 1_000_000
    case .milliseconds: scale = 1_000
    }
    guard let number = Double(text), case let microseconds = number * scale,
      (0...maximumMicroseconds).contains(microseconds)
    else { return nil }
    return Timestamp(microseconds: Int64(microseconds))
  }

  /// The end of the year 9999.
  private static let maximumMicroseconds = 253_402_300_799e6
}
