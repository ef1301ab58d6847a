internal import JSONNodes
internal import MeshModel
internal import Signals
internal import Testing

struct CloudEventsTests {
  private static let event = #"""
    {"specversion":"1.0","id":"A1","source":"/scanner","type":"com.example.found","subject":"s",
    "time":"2026-11-22T08:59:00Z","datacontenttype":"application/json","tenant":"t",
    "data":{"level":"high","what":"port scan","who":"spiffe://cluster.local/ns/shop/sa/web"}}
    """#
  private static let structured = ["content-type": ["application/cloudevents+json; charset=utf-8"]]
  private static let batch = ["content-type": ["application/cloudevents-batch+json"]]
  private static let binary = [
    "content-type": ["application/json"], "ce-specversion": ["1.0"], "ce-id": ["A1"],
    "ce-source": ["/scanner"], "ce-type": ["com.example.found"], "ce-subject": ["s"],
    "ce-time": ["2026-11-22T08:59:00Z"], "ce-tenant": ["t"],
  ]
  private static let data =
    #"{"level":"high","what":"port scan","who":"spiffe://cluster.local/ns/shop/sa/web"}"#

  private static func format() -> SignalFormat {
    .cloudEvents(
      data: SignalFields(
        title: JSONPointer(parsing: "/what"), severity: JSONPointer(parsing: "/level"),
        labels: JSONPointer(parsing: "/who").map { ["spiffe_id": $0] } ?? [:]))
  }

  private func read(_ text: String, _ headers: [String: [String]]) throws -> SignalReading {
    try Sample.read(text, as: Self.format(), headers)
  }

  @Test("structured, batched and binary events of the same content are the same signal")
  func modes() throws {
    let structured = try read(Self.event, Self.structured).signals
    let signal = try #require(structured.first)
    #expect(signal.name == "com.example.found" && signal.title == "port scan")
    #expect(signal.severity == .high && signal.status == .occurred)
    #expect(
      signal.labels == [
        "source": "/scanner", "type": "com.example.found", "subject": "s", "tenant": "t",
        "spiffe_id": "spiffe://cluster.local/ns/shop/sa/web",
      ])
    #expect(try read("[\(Self.event),\(Self.event)]", Self.batch).signals == [signal, signal])
    #expect(try read(Self.data, Self.binary).signals == [signal])
    let encoded = Self.event.replacing(
      "\"data\":\(Self.data)", with: "\"data_base64\":\"eyJ3aGF0IjoieCJ9\"")
    #expect(try read(encoded, Self.structured).signals.first?.title == "x")
  }

  @Test("what the data names as one matter ends with the event that says so")
  func matter() throws {
    let pointer = try #require(JSONPointer(parsing: "/what"))
    let at = try #require(JSONPointer(parsing: "/level"))
    let fields = SignalFields(
      status: SignalFields.Status(at: at, firing: ["high"], resolved: ["over"]))
    let format = SignalFormat.cloudEvents(data: fields, matter: pointer)
    func read(_ text: String) throws -> Signal? {
      try Sample.read(text, as: format, Self.structured).signals.first
    }
    let began = try read(Self.event)
    let over = Self.event.replacing("A1", with: "A2").replacing("\"high\"", with: "\"over\"")
    #expect(began?.status == .firing && began != nil)
    #expect(try read(over)?.id == began?.id)
    #expect(try read(over)?.status == .resolved(at: nil))
    #expect(throws: DeliveryRefusal.malformed(.missing("/what"))) {
      try read(Self.event.replacing("port scan", with: ""))
    }
    #expect(throws: DeliveryRefusal.malformed(.missing("time"))) {
      try read(Self.event.replacing("\"time\":\"2026-11-22T08:59:00Z\",", with: ""))
    }
  }

  @Test("source and id together make an event the same as another")
  func identity() throws {
    let first = try read(Self.event, Self.structured).signals.first?.id
    func other(_ from: String, _ to: String) throws -> SignalID? {
      try read(Self.event.replacing(from, with: to), Self.structured).signals.first?.id
    }
    #expect(try other("\"t\"", "\"u\"") == first)
    #expect(try other("A1", "A2") != first)
    #expect(try other("/scanner", "/scanne") != first)
  }

  @Test("an event needs version, id, source and type; without a time it counts from its arrival")
  func attributes() throws {
    for name in ["specversion", "id", "source", "type"] {
      #expect(throws: DeliveryRefusal.malformed(.missing(name))) {
        try read(Self.event.replacing("\"\(name)\":", with: "\"x\":"), Self.structured)
      }
    }
    #expect(throws: DeliveryRefusal.malformed(.unsupportedVersion("0.3"))) {
      try read(Self.event.replacing("\"1.0\"", with: "\"0.3\""), Self.structured)
    }
    #expect(throws: DeliveryRefusal.malformed(.notATime("time"))) {
      try read(
        Self.event.replacing("09:00", with: "x").replacing("08:59", with: "25:59"), Self.structured)
    }
    let timeless = try read(Self.event.replacing("\"time\":", with: "\"x\":"), Self.structured)
    #expect(timeless.signals.first?.started == Sample.now)
    #expect(timeless.signals.first?.remarks == [.noStart])
  }

  @Test("headers are percent-decoded, and one that comes twice is refused")
  func headers() throws {
    var headers = Self.binary
    headers["ce-subject"] = ["Euro%20%E2%82%AC"]
    #expect(try read(Self.data, headers).signals.first?.labels["subject"] == "Euro €")
    for value in [["%"], ["%4"], ["%zz"], ["%FF"], ["a", "b"]] {
      headers["ce-subject"] = value
      #expect(throws: DeliveryRefusal.self) { try read(Self.data, headers) }
    }
  }

  @Test("what is in none of the three modes is refused")
  func contentType() {
    #expect(throws: DeliveryRefusal.contentType("application/json")) {
      try read(Self.event, ["content-type": ["application/json"]])
    }
    #expect(throws: DeliveryRefusal.malformed(.wrongType("batch", is: "an object"))) {
      try read(Self.event, Self.batch)
    }
  }
}
