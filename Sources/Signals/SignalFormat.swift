package import JSONNodes
package import MeshModel

/// What a sender writes.
package enum SignalFormat: Hashable, Sendable {
  /// Alertmanager's webhook and Grafana's.
  case alertmanager
  /// Falco's HTTP output and Falcosidekick's webhook.
  case falco
  /// CloudEvents, with where the parts of a signal are within the data, and what in it tells one matter
  /// from another: without that each event is a matter by itself, and ends nothing.
  case cloudEvents(data: SignalFields, matter: JSONPointer? = nil)
  case mapped(SignalMapping)

  /// What a delivery holds. Its sender is known by now: nothing is parsed before that.
  package func read(
    _ delivery: SignalDelivery, at now: Timestamp
  ) throws(DeliveryRefusal) -> SignalReading {
    switch self {
    case .alertmanager:
      let node = try Self.json(delivery.body)
      return try Self.whole { () throws(SignalRefusal) in
        try AlertmanagerReader.read(node, at: now)
      }
    case .falco:
      let node = try Self.json(delivery.body)
      return try Self.whole { () throws(SignalRefusal) in try FalcoReader.read(node, at: now) }
    case .cloudEvents(let fields, let matter):
      return try CloudEventsReader(fields: fields, matter: matter).read(delivery, at: now)
    case .mapped(let mapping):
      let node = try Self.json(delivery.body)
      return try Self.whole { () throws(SignalRefusal) in
        try MappedReader.read(node, by: mapping, at: now)
      }
    }
  }

  /// What is wrong with it is wrong with the whole delivery.
  static func whole<Value>(
    _ body: () throws(SignalRefusal) -> Value
  ) throws(DeliveryRefusal) -> Value {
    do {
      return try body()
    } catch {
      throw .malformed(error)
    }
  }

  static func json(_ bytes: [UInt8]) throws(DeliveryRefusal) -> JSONNode {
    do {
      return try JSONReader.read(bytes, within: SignalBounds.json)
    } catch {
      throw .notJSON(error)
    }
  }
}
