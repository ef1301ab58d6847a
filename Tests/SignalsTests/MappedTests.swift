internal import JSONNodes
internal import MeshModel
internal import Signals
internal import Testing

struct MappedTests {
  private static let text = #"""
    {"found":[{"key":17,"at":1795338000,"state":"open","sev":"P?","kind":"leak",
    "who":{"pod":"web-1","namespace":"shop","deep":{}}},
    {"key":18,"at":1795338000.5,"state":"closed","kind":"leak"},
    {"key":19,"at":"x","state":"open"},{"key":20,"at":1e300,"state":"open"},
    {"at":1,"state":"open"},{"key":21,"at":1,"state":"odd"},{"key":{},"at":1,"state":"open"}]}
    """#

  private func pointer(_ text: String) throws -> JSONPointer {
    try #require(JSONPointer(parsing: text))
  }

  private func mapping() throws -> SignalMapping {
    SignalMapping(
      signals: try pointer("/found"), id: try pointer("/key"), time: try pointer("/at"),
      timeForm: .seconds,
      fields: SignalFields(
        name: try pointer("/kind"), severity: try pointer("/sev"),
        status: .init(at: try pointer("/state"), firing: ["open"], resolved: ["closed"]),
        labels: ["pod": try pointer("/who/pod")], labelObject: try pointer("/who")))
  }

  @Test("a mapping says where the parts are, and each signal stands for itself")
  func mapped() throws {
    let reading = try Sample.read(Self.text, as: .mapped(try mapping()))
    #expect(reading.signals.map(\.status) == [.firing, .resolved(at: nil)])
    #expect(reading.signals.first?.labels == ["pod": "web-1", "namespace": "shop"])
    #expect(reading.signals.first?.name == "leak")
    #expect(reading.signals.first?.remarks == [.unknownSeverity("P?")])
    #expect(
      reading.refused.map(\.reason) == [
        .notATime("/at"), .notATime("/at"), .missing("/key"), .unknownStatus("odd"),
        .wrongType("/key", is: "an object"),
      ])
  }

  @Test("without a place of signals the whole is one")
  func whole() throws {
    let mapping = SignalMapping(
      id: try pointer("/id"), time: try pointer("/time"), fields: SignalFields())
    let reading = try Sample.read(
      #"{"id":"a","time":"2026-11-22T08:00:00Z"}"#, as: .mapped(mapping))
    #expect(reading.signals.map(\.status) == [.occurred])
    #expect(throws: DeliveryRefusal.malformed(.missing("/time"))) {
      try Sample.read(#"{"id":"a"}"#, as: .mapped(mapping))
    }
    #expect(throws: DeliveryRefusal.malformed(.missing("/found"))) {
      try Sample.read("{}", as: .mapped(try self.mapping()))
    }
  }
}
