internal import MeshModel
@testable internal import Signals
internal import Testing

@testable internal import JSONNodes

struct OwnMarkTests {
  @Test("an alert that a Flyball told comes back as nothing, and hides no other")
  func alert() throws {
    let own = Sample.alert(labels: #""alertname":"FlyballAction","flyball":"prod""#)
    let reading = try Sample.read(Sample.alertmanager([own, Sample.alert()]))
    #expect(reading.signals.map(\.name) == ["AuthFailureSpike"])
    #expect(reading.refused == [.init(position: 0, reason: .own)])
    #expect("\(SignalRefusal.own)" == "it is from a Flyball, by its mark 'flyball'")
  }

  @Test("so does its CloudEvent, structured and binary")
  func cloudEvent() {
    #expect(throws: DeliveryRefusal.malformed(.own)) {
      try Sample.read(
        """
        {"specversion":"1.0","id":"1","source":"s","type":"t","flyball":"prod","data":{}}
        """, as: .cloudEvents(data: SignalFields()),
        ["content-type": ["application/cloudevents+json"]])
    }
    #expect(throws: DeliveryRefusal.malformed(.own)) {
      try Sample.read(
        "{}", as: .cloudEvents(data: SignalFields()),
        [
          "content-type": ["application/json"], "ce-specversion": ["1.0"], "ce-id": ["1"],
          "ce-source": ["s"], "ce-type": ["t"], "ce-flyball": ["prod"],
        ])
    }
  }

  @Test("and its webhook, whatever a mapping makes of it")
  func webhook() throws {
    let mapping = SignalMapping(
      id: try #require(JSONPointer(parsing: "/data/id")),
      time: try #require(JSONPointer(parsing: "/timestamp")), timeForm: .rfc3339,
      fields: SignalFields())
    #expect(throws: DeliveryRefusal.malformed(.own)) {
      try Sample.read(
        """
        {"type":"action.applied","timestamp":"2026-11-22T09:00:00Z",
        "data":{"id":"fb-1","flyball":"prod"}}
        """, as: .mapped(mapping), ["content-type": ["application/json"]])
    }
  }
}
