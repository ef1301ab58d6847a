internal import JSONNodes
internal import MeshModel

/// What matters of one STIX indicator.
struct STIXIndicator {
  let values: [Indicator.Value]
  /// The parts of its pattern that are not looked for.
  let rejections: [Rejection.Reason]
  let link: String?
  let confidence: UInt8?
  let validFrom: Timestamp
  let validUntil: Timestamp?

  init(_ object: JSONObject) throws(STIXProblem) {
    // STIX 2.0 had no other kind of pattern, and did not name it.
    let language = object["pattern_type"]?.string ?? "stix"
    guard language == "stix" else { throw .unsupported("a pattern of type \(language.prefix(32))") }
    let types = object["indicator_types"]?.array ?? []
    guard !types.contains(.string("benign")) else { throw .unsupported("an indicator of good") }
    guard let from = FeedDocument.time(object["valid_from"]) else {
      throw .unreadable("no time from which it is valid")
    }
    if let until = object["valid_until"] {
      guard let time = FeedDocument.time(until), from < time else {
        throw .unreadable("the time until which it is valid")
      }
      validUntil = time
    } else {
      validUntil = nil
    }
    if let node = object["confidence"] {
      guard case .number(let text) = node, let number = UInt8(text), number <= 100 else {
        throw .unreadable("the confidence")
      }
      confidence = number
    } else {
      confidence = nil
    }
    validFrom = from
    link =
      object["external_references"]?.array?.lazy
      .compactMap { $0.object?["url"]?.string }.first
    guard let pattern = object["pattern"]?.string else { throw .unreadable("no pattern") }
    (values, rejections) = try STIXPattern.values(of: pattern)
  }
}
