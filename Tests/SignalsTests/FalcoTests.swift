internal import MeshModel
internal import Signals
internal import Testing

struct FalcoTests {
  static let event = """
    {"uuid":"u-1","hostname":"node-1","output":"08:59:00 Notice A shell (user=root)",
    "priority":"Warning","rule":"Terminal shell in container","source":"syscall",
    "tags":["shell"],"time":"2026-11-22T08:59:00.123456789Z",
    "output_fields":{"k8s.ns.name":"shop","k8s.pod.name":"web-1","proc.pid":42,"x":null,"n":{"a":1},
    "evt.time":1763801940123456789}}
    """

  @Test("an event becomes a signal that only occurred, with its fields of any type as labels")
  func event() throws {
    let signal = try #require(try Sample.read(Self.event, as: .falco).signals.first)
    #expect(signal.status == .occurred)
    #expect(signal.name == "Terminal shell in container")
    #expect(signal.severity == .medium)
    #expect(signal.started == Timestamp(rfc3339: "2026-11-22T08:59:00.123456Z"))
    #expect(
      signal.labels == [
        "k8s.ns.name": "shop", "k8s.pod.name": "web-1", "proc.pid": "42", "hostname": "node-1",
        "evt.time": "1763801940123456789",
      ])
    #expect(signal.remarks == [.labelsLeftOut(1)])
  }

  @Test("the uuid makes an event the same, and without one what it says")
  func identity() throws {
    func id(_ text: String) throws -> SignalID? {
      try Sample.read(text, as: .falco).signals.first?.id
    }
    let plain = Self.event.replacing(#""uuid":"u-1","#, with: "")
    #expect(try id(Self.event) == id(Self.event.replacing("node-1", with: "node-2")))
    #expect(try id(plain) == id(plain))
    #expect(try id(plain) != id(Self.event))
    #expect(try id(plain) != id(plain.replacing("node-1", with: "node-2")))
  }

  @Test("an event without rule or time, or with wrong types, is refused")
  func refused() {
    #expect(throws: DeliveryRefusal.malformed(.missing("time"))) {
      try Sample.read(Self.event.replacing("\"time\":", with: "\"t\":"), as: .falco)
    }
    #expect(throws: DeliveryRefusal.malformed(.missing("rule"))) {
      try Sample.read(Self.event.replacing("\"rule\":", with: "\"r\":"), as: .falco)
    }
    #expect(throws: DeliveryRefusal.malformed(.wrongType("uuid", is: "a number"))) {
      try Sample.read(Self.event.replacing("\"u-1\"", with: "1"), as: .falco)
    }
    #expect(throws: DeliveryRefusal.malformed(.wrongType("output_fields", is: "an array"))) {
      try Sample.read(#"{"rule":"r","time":"2026-11-22T08:59:00Z","output_fields":[]}"#, as: .falco)
    }
  }
}
