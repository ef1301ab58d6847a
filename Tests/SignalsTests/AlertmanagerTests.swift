internal import MeshModel
internal import Signals
internal import Testing

@testable internal import JSONNodes

struct AlertmanagerTests {
  @Test("an alert becomes a signal with its labels, severity, times and links")
  func alert() throws {
    let reading = try Sample.read(Sample.alertmanager([Sample.alert()]))
    let signal = try #require(reading.signals.first)
    #expect(reading.signals.count == 1 && reading.refused.isEmpty && reading.leftOut == 0)
    #expect(signal.source == .alertmanager)
    #expect(signal.status == .firing)
    #expect(signal.name == "AuthFailureSpike")
    #expect(signal.severity == .critical)
    #expect(signal.started == Timestamp(rfc3339: "2026-11-22T08:59:00Z"))
    #expect(signal.labels == ["alertname": "AuthFailureSpike", "severity": "critical"])
    #expect(signal.title == "Too many" && signal.text == "d")
    #expect(signal.links == ["http://prom/graph"])
    #expect(signal.remarks.isEmpty)
  }

  @Test("Grafana's further members are passed over, and its version is read")
  func grafana() throws {
    let alert = Sample.alert(
      more:
        #","values":{"B":22.5},"valueString":"[ x ]","dashboardURL":"https://g/d","panelURL":"""#)
    let reading = try Sample.read(
      Sample.alertmanager(
        [alert], version: "1",
        more: #","orgId":1,"title":"t","state":"alerting","notification_reason":null"#))
    #expect(reading.signals.first?.links == ["http://prom/graph", "https://g/d"])
  }

  @Test("fingerprint and start make an alert the same as another, and nothing else does")
  func identity() throws {
    func id(_ alert: String) throws -> SignalID? {
      try Sample.read(Sample.alertmanager([alert])).signals.first?.id
    }
    let first = try id(Sample.alert())
    #expect(try id(Sample.alert(status: "resolved", labels: "")) == first)
    #expect(try id(Sample.alert(startsAt: "2026-11-22T09:59:00.000+01:00")) == first)
    #expect(try id(Sample.alert(fingerprint: "c2")) != first)
    #expect(try id(Sample.alert(startsAt: "2026-11-22T08:59:01Z")) != first)
  }

  @Test("a resolved alert says when it ended, and the year 1 is no time")
  func resolved() throws {
    let ended = Sample.alert(status: "resolved").replacing(
      "0001-01-01T00:00:00Z", with: "2026-11-22T08:59:30.123456789Z")
    let reading = try Sample.read(Sample.alertmanager([ended, Sample.alert(status: "resolved")]))
    #expect(
      reading.signals.map(\.status) == [
        .resolved(at: Timestamp(rfc3339: "2026-11-22T08:59:30.123456Z")), .resolved(at: nil),
      ])
  }

  @Test("an alert that cannot be read is named, and hides no other")
  func refused() throws {
    let reading = try Sample.read(
      Sample.alertmanager([
        Sample.alert(status: "paused"), Sample.alert(startsAt: "yesterday"), "7",
        Sample.alert(startsAt: "0001-01-01T00:00:00Z"), Sample.alert(fingerprint: ""),
        Sample.alert().replacing("\"labels\":{", with: "\"labels\":3,\"x\":{"), Sample.alert(),
      ]))
    #expect(reading.signals.count == 1)
    #expect(reading.refused.map(\.position) == [0, 1, 2, 3, 4, 5])
    #expect(
      reading.refused.map(\.reason) == [
        .unknownStatus("paused"), .notATime("alert.startsAt"), .wrongType("alert", is: "a number"),
        .missing("alert.startsAt"), .missing("alert.fingerprint"),
        .wrongType("alert.labels", is: "a number"),
      ])
  }

  @Test("a message of another version, or without alerts, is refused as a whole")
  func message() {
    #expect(throws: DeliveryRefusal.malformed(.unsupportedVersion("3"))) {
      try Sample.read(Sample.alertmanager([], version: "3"))
    }
    #expect(throws: DeliveryRefusal.malformed(.missing("alerts"))) {
      try Sample.read(#"{"version":"4"}"#)
    }
    #expect(throws: DeliveryRefusal.malformed(.wrongType("alerts", is: "an object"))) {
      try Sample.read(#"{"version":"4","alerts":{}}"#)
    }
    #expect(throws: DeliveryRefusal.malformed(.wrongType("", is: "an array"))) {
      try Sample.read("[]")
    }
  }

  @Test("duplicate names, bombs of brackets and too much text are refused before anything is made")
  func hostile() {
    #expect(throws: DeliveryRefusal.notJSON(JSONFailure(reason: .duplicateName, offset: 15))) {
      try Sample.read(#"{"version":"4","version":"4","alerts":[]}"#)
    }
    #expect(throws: DeliveryRefusal.notJSON(JSONFailure(reason: .tooDeep, offset: 16))) {
      try Sample.read(String(repeating: "[", count: 100_000))
    }
    let large = String(repeating: " ", count: (1 << 20) + 1)
    do throws(DeliveryRefusal) {
      _ = try Sample.read(large)
      Issue.record("it was read")
    } catch {
      #expect(error.status == 413)
    }
  }

  @Test("alerts beyond 256 are left out and counted, as are those the sender left out")
  func many() throws {
    let alerts = (0..<300).map { Sample.alert(fingerprint: "f\($0)") }
    let text = Sample.alertmanager(alerts).replacing(
      "\"truncatedAlerts\":0", with: "\"truncatedAlerts\":7")
    let reading = try Sample.read(text)
    #expect(reading.signals.count == 256)
    #expect(reading.leftOut == 51)
  }

  @Test("labels are bounded: those beyond are counted, one that is too long is left out and named")
  func labels() throws {
    let many = (0..<70).map { "\"l\($0)\":\"v\"" }.joined(separator: ",")
    let signal = try #require(
      try Sample.read(Sample.alertmanager([Sample.alert(labels: many)])).signals.first)
    #expect(signal.labels.count == 64)
    #expect(signal.remarks == [.labelsLeftOut(6)])
    let long = "\"pod\":\"" + String(repeating: "x", count: 2_049) + "\",\"a\":\"b\""
    let cut = try #require(
      try Sample.read(Sample.alertmanager([Sample.alert(labels: long)])).signals.first)
    #expect(cut.labels == ["a": "b"])
    #expect(cut.remarks == [.labelCut("pod"), .labelsLeftOut(1)])
  }

  @Test("control characters reach no log, and no link but of http is kept")
  func shown() throws {
    let alert = Sample.alert(labels: #""alertname":"a\u001b[31m\nb\u202e""#)
      .replacing("http://prom/graph", with: "javascript:alert(1)")
    let signal = try #require(try Sample.read(Sample.alertmanager([alert])).signals.first)
    #expect(signal.name == "a\u{FFFD}[31m b\u{FFFD}")
    #expect(signal.links.isEmpty)
    #expect(signal.remarks == [.linksLeftOut(1)])
  }

  @Test("a start ahead of the clock counts from the arrival, and an unknown severity is none")
  func remarks() throws {
    let alert = Sample.alert(
      startsAt: "2026-11-23T09:00:00Z", labels: #""alertname":"a","severity":"purple""#)
    let signal = try #require(try Sample.read(Sample.alertmanager([alert])).signals.first)
    #expect(signal.started == Sample.now)
    #expect(signal.severity == nil)
    #expect(signal.remarks == [.unknownSeverity("purple"), .startAhead])
  }
}
