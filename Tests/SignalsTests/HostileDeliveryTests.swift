internal import JSONNodes
internal import MeshModel
internal import Testing

@testable internal import Signals

struct HostileDeliveryTests {
  private static let batch = ["content-type": ["application/cloudevents-batch+json"]]
  private static let event = #"""
    [{"specversion":"1.0","id":"A","source":"/s","type":"t","time":"2026-11-22T08:59:00.5+01:00",
    "data":{"level":"high","state":"open","at":1.5e9}},{"specversion":"1.0","data_base64":"e30="}]
    """#

  private static func pointer(_ text: String) -> JSONPointer? { JSONPointer(parsing: text) }

  private static func formats() -> [(SignalFormat, String)] {
    var formats: [(SignalFormat, String)] = [
      (.alertmanager, Sample.alertmanager([Sample.alert(), Sample.alert(status: "resolved")])),
      (.falco, FalcoTests.event),
      (
        .cloudEvents(data: SignalFields(severity: pointer("/level"), labelObject: pointer(""))),
        event
      ),
    ]
    if let signals = pointer(""), let id = pointer("/id"), let time = pointer("/data/at") {
      formats.append(
        (
          .mapped(
            SignalMapping(
              signals: signals, id: id, time: time, timeForm: .seconds,
              fields: SignalFields(labelObject: pointer("/data")))), event
        ))
    }
    return formats
  }

  @Test("mutated deliveries of every format are read within the bounds or refused, and end nothing")
  func mutated() {
    let seed: UInt64 = 0x51C
    var random = SeededRandom(seed: seed)
    let words = [
      "null", "[]", "{}", "1e999", "-9223372036854775809", "\"\"", "\"\\u0000\"",
      "99999999999999999999",
      "\"9999-12-31T23:59:59-23:59\"", "\"0001-01-01T00:00:00+23:59\"", "true",
    ].map { Array($0.utf8) }
    var taken = 0
    for (format, text) in Self.formats() {
      for _ in 0..<3_000 {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          let at = Int.random(in: 0..<bytes.count, using: &random)
          let word = words[Int.random(in: 0..<words.count, using: &random)]
          switch Int.random(in: 0..<4, using: &random) {
          case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
          case 1:
            // In place of a value, so that many stay JSON.
            let colon = bytes[at...].firstIndex(of: UInt8(ascii: ":")) ?? at
            let end =
              bytes[colon...].firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") }
            bytes.replaceSubrange((colon + 1)..<max(colon + 1, end ?? colon + 1), with: word)
          case 2: bytes.insert(contentsOf: word, at: at)
          default: bytes.remove(at: at)
          }
        }
        let delivery = SignalDelivery(headers: Self.batch, body: bytes)
        // What is refused is refused; nothing else is asked here.
        guard let reading = try? format.read(delivery, at: Sample.now) else { continue }
        taken += reading.signals.count
        #expect(reading.signals.allSatisfy(Self.isBounded), "seed \(seed)")
      }
    }
    #expect(taken > 1_000)
  }

  private static func isBounded(_ signal: Signal) -> Bool {
    signal.started <= Sample.now && signal.labels.count <= 64 && signal.links.count <= 4
      && signal.title.utf8.count <= 256 && signal.name.utf8.count <= 256
      && signal.labels.allSatisfy { $0.key.utf8.count <= 128 && $0.value.utf8.count <= 2_048 }
  }
}
