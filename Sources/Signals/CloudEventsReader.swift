internal import JSONNodes
internal import MeshModel
internal import TransparencyLog

/// CloudEvents 1.0 over HTTP: structured, batched and binary.
///
/// Source and id together make an event the same as another; where the data names a matter, source and
/// matter, so that a later event can say that it is over. All attributes but id, time and those about the
/// data become labels. Source: the CloudEvents specification, its JSON format and its HTTP
/// protocol binding, version 1.0.2.
struct CloudEventsReader {
  let fields: SignalFields
  let matter: JSONPointer?

  func read(
    _ delivery: SignalDelivery, at now: Timestamp
  ) throws(DeliveryRefusal) -> SignalReading {
    var reading = SignalReading()
    switch delivery.mediaType {
    case "application/cloudevents-batch+json":
      let node = try SignalFormat.json(delivery.body)
      guard let events = node.array else {
        throw .malformed(.wrongType("batch", is: node.kind))
      }
      reading.read(events) { event throws(SignalRefusal) in
        try structured(event, at: now)
      }
    case "application/cloudevents+json":
      let node = try SignalFormat.json(delivery.body)
      let event = try SignalFormat.whole { () throws(SignalRefusal) in
        try structured(node, at: now)
      }
      reading.read([event]) { $0 }
    case let type where delivery.headers["ce-specversion"] != nil:
      let data: JSONNode? =
        Self.isJSON(type) && !delivery.body.isEmpty ? try SignalFormat.json(delivery.body) : nil
      let event = try SignalFormat.whole { () throws(SignalRefusal) in
        try signal(try Self.attributes(of: delivery), data, at: now)
      }
      reading.read([event]) { $0 }
    case let other: throw .contentType(ShownText.line(other, bytes: 64))
    }
    return reading
  }

  private func structured(
    _ node: JSONNode, at now: Timestamp
  ) throws(SignalRefusal) -> Signal {
    let event = try Members(node, at: "")
    var attributes: [String: String] = [:]
    for name in event.names where name != "data" && name != "data_base64" {
      guard let value = event.node(name) else { continue }
      guard let text = value.scalarText else {
        throw .wrongType(ShownText.line(name, bytes: 64), is: value.kind)
      }
      attributes[name] = text
    }
    var data = event.node("data")
    if let encoded = try event.text("data_base64") {
      guard data == nil, let bytes = Base64.bytes(Array(encoded.utf8)) else {
        throw .wrongType("data_base64", is: "anything but base 64 in place of data")
      }
      if Self.isJSON(attributes["datacontenttype"]?.lowercased() ?? "") {
        do {
          data = try JSONReader.read(bytes, within: SignalBounds.json)
        } catch {
          throw .wrongType("data_base64", is: "text that is not JSON")
        }
      }
    }
    return try signal(attributes, data, at: now)
  }

  private static func attributes(
    of delivery: SignalDelivery
  ) throws(SignalRefusal) -> [String: String] {
    var attributes: [String: String] = [:]
    for (header, values) in delivery.headers where header.hasPrefix("ce-") {
      guard values.count == 1, let value = PercentText.decoded(values[0]) else {
        throw .wrongType(ShownText.line(header, bytes: 64), is: "repeated or wrongly encoded")
      }
      attributes[String(header.dropFirst(3))] = value
    }
    return attributes
  }

  private func signal(
    _ attributes: [String: String], _ data: JSONNode?, at now: Timestamp
  ) throws(SignalRefusal) -> Signal {
    func needed(_ name: String) throws(SignalRefusal) -> String {
      guard let text = attributes[name], !text.isEmpty else { throw .missing(name) }
      return text
    }
    let version = try needed("specversion")
    guard version == "1.0" else {
      throw .unsupportedVersion(ShownText.line(version, bytes: 16))
    }
    let (id, source, type) = (try needed("id"), try needed("source"), try needed("type"))
    var start: Timestamp?
    if let text = attributes["time"] {
      start = Timestamp(internetTime: text)
      guard start != nil else { throw .notATime("time") }
    }
    var draft = SignalDraft(at: now)
    for (name, value) in attributes.sorted(by: { $0.key < $1.key })
    where !Self.unlabelled.contains(name) {
      draft.add(label: name, value)
    }
    let data = data ?? .null
    try fields.fill(&draft, from: data, name: type)
    var key = id
    if let matter {
      guard let named = try fields.text(matter, in: data), !named.isEmpty else {
        throw .missing(matter.description)
      }
      // Without a time nobody could say whether it began anew after it ended.
      guard start != nil else { throw .missing("time") }
      key = named
    }
    return try draft.signal(
      id: [source, key], from: .cloudEvents, try fields.status(in: data), started: start)
  }

  private static func isJSON(_ type: String) -> Bool {
    type == "application/json" || type.hasSuffix("+json")
  }

  private static let unlabelled: Set = [
    "specversion", "id", "time", "datacontenttype", "dataschema",
  ]
}
