internal import JSONNodes
internal import MeshModel
@testable internal import Signals

/// Deliveries as senders write them, and readings of them.
enum Sample {
  static let now = Timestamp(rfc3339: "2026-11-22T09:00:00Z") ?? Timestamp(seconds: 0)
  static let web = identity("spiffe://cluster.local/ns/shop/sa/web")
  static let users = identity("spiffe://cluster.local/ns/shop/sa/users")

  static func identity(_ text: String) -> SPIFFEID {
    (try? SPIFFEID(parsing: text)) ?? .selfTest(in: "wrong")  // No test expects it.
  }

  static func delivery(_ text: String, _ headers: [String: [String]] = [:]) -> SignalDelivery {
    SignalDelivery(headers: headers, body: Array(text.utf8))
  }

  static func alert(
    status: String = "firing", fingerprint: String = "c1",
    startsAt: String = "2026-11-22T08:59:00Z",
    labels: String = #""alertname":"AuthFailureSpike","severity":"critical""#, more: String = ""
  ) -> String {
    """
    {"status":"\(status)","labels":{\(labels)},"annotations":{"summary":"Too many","description":"d"},
    "startsAt":"\(startsAt)","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://prom/graph",
    "fingerprint":"\(fingerprint)"\(more)}
    """
  }

  static func alertmanager(_ alerts: [String], version: String = "4", more: String = "") -> String {
    """
    {"version":"\(version)","groupKey":"{}:{}","truncatedAlerts":0,"status":"firing","receiver":"f",
    "groupLabels":{},"commonLabels":{},"commonAnnotations":{},"externalURL":"http://am:9093"\(more),
    "alerts":[\(alerts.joined(separator: ","))]}
    """
  }

  static func read(
    _ text: String, as format: SignalFormat = .alertmanager, _ headers: [String: [String]] = [:]
  ) throws(DeliveryRefusal) -> SignalReading {
    try format.read(delivery(text, headers), at: now)
  }

  static func signal(
    _ id: String = "1", _ status: Signal.Status = .firing, name: String = "spike",
    severity: SigmaLevel? = .high, labels: [String: String] = [:], started: Timestamp = now
  ) -> Signal {
    Signal(
      id: SignalID(of: [id]), source: .alertmanager, status: status, name: name, started: started,
      severity: severity, labels: labels, title: name, text: "", links: [], remarks: [])
  }
}
