internal import JSONNodes
internal import MeshModel
internal import Signals

/// Deliveries of other systems: whatever is in them they are read within the bounds or refused, what
/// is read is written and read again as the same, and a desk that takes them stays within its own.
/// The first byte chooses the format.
enum SignalsFuzz {
  private static let now = Timestamp(seconds: 1_700_000_000)
  private static let bounds = JSONBounds(bytes: 1 << 20, depth: 16, nodes: 60_000)
  private static let headers = ["content-type": ["application/cloudevents-batch+json"]]

  static func run(_ bytes: [UInt8]) {
    let body = Array(bytes.dropFirst())
    // Refused is as good as read, here and below.
    if let node = try? JSONReader.read(body, within: bounds) {
      let again = try? JSONReader.read(Array(node.text.utf8), within: bounds)
      precondition(again == node)
    }
    let delivery = SignalDelivery(headers: headers, body: body)
    guard let format = format(bytes[0]), let reading = try? format.read(delivery, at: now)
    else { return }
    precondition(reading.signals.count + reading.refused.count <= 256 && reading.leftOut >= 0)
    let rules = WorkloadRules()
    let known = KnownWorkloads(identities: [], pods: [:])
    let items = reading.signals.map { signal in
      precondition(signal.started <= now && signal.labels.count <= 64 && signal.links.count <= 4)
      precondition(signal.title.utf8.count <= 256 && signal.text.utf8.count <= 1_024)
      let attribution = rules.attribution(of: signal, among: known)
      precondition(attribution.subject == nil)
      return AttributedSignal(signal, attribution)
    }
    var desk = SignalDesk()
    _ = desk.handle(.received(DeliveryID(1), sender: "s", replayKey: nil, items), at: now)
    _ = desk.handle(.recorded(DeliveryID(1)), at: now)
    precondition(desk.incidents.count <= 65)
    precondition(desk.incidents.reduce(0) { $0 + $1.members.count } <= items.count)
    for _ in 0..<2 { _ = desk.handle(.tick, at: now.adding(milliseconds: 200_000_000)) }
    precondition(desk.incidents.isEmpty)
  }

  private static func format(_ choice: UInt8) -> SignalFormat? {
    guard let whole = JSONPointer(parsing: ""), let id = JSONPointer(parsing: "/id"),
      let time = JSONPointer(parsing: "/time")
    else { return nil }
    let fields = SignalFields(severity: id, labelObject: whole)
    switch choice % 4 {
    case 0: return .alertmanager
    case 1: return .falco
    case 2: return .cloudEvents(data: fields, matter: choice < 128 ? nil : id)
    default:
      return .mapped(
        SignalMapping(signals: whole, id: id, time: time, timeForm: .milliseconds, fields: fields))
    }
  }
}
