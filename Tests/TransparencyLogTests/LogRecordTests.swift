internal import Testing
internal import TransparencyLog

struct LogRecordTests {
  private static let record = LogRecord(
    seq: 7, microseconds: -3, isIntent: true, action: Array("fb-000000000001".utf8),
    event: Array("intent".utf8), detail: Array("quarantine: 9 of 9".utf8),
    body: LogHash(plain: [1, 2, 3]))

  @Test("version 1 of a record's encoding is these bytes")
  func golden() {
    let record = LogRecord(
      seq: 1, microseconds: 2, isIntent: false, action: nil, event: Array("load".utf8),
      detail: [0x61], body: nil)
    #expect(
      record.bytes
        == Array("flyball-record".utf8) + [1] + [0, 0, 0, 0, 0, 0, 0, 1]
        + [0, 0, 0, 0, 0, 0, 0, 2] + [0] + [0, 0, 0, 0] + [0, 0, 0, 4] + Array("load".utf8)
        + [0, 0, 0, 1, 0x61])
  }

  @Test("what is encoded decodes to the same, with and without each optional part")
  func roundTrip() throws {
    for mask in 0..<8 {
      var record = Self.record
      record.isIntent = mask & 1 != 0
      if mask & 2 == 0 { record.action = nil }
      if mask & 4 == 0 { record.body = nil }
      #expect(try LogRecord(decoding: record.bytes) == record)
    }
    var empty = Self.record
    empty.action = []
    #expect(try LogRecord(decoding: empty.bytes) == empty)
    var none = empty
    none.action = nil
    #expect(none.leaf != empty.leaf)
  }

  @Test("every change of every byte is refused or is another record with another leaf")
  func mutations() {
    let bytes = Self.record.bytes
    for position in bytes.indices {
      for change in 1...255 {
        var wrong = bytes
        wrong[position] ^= UInt8(change)
        #expect(LogHash(leaf: wrong) != Self.record.leaf)
        guard let record = try? LogRecord(decoding: wrong) else { continue }  // Refused.
        #expect(record != Self.record && record.bytes == wrong)
      }
    }
    for end in bytes.indices {
      #expect(throws: LogError.self) { try LogRecord(decoding: Array(bytes[..<end])) }
    }
    #expect(throws: LogError.self) { try LogRecord(decoding: bytes + [0]) }
  }

  @Test("text that moves from one field to its neighbour makes another leaf")
  func boundaries() {
    var moved = Self.record
    moved.event += moved.detail.prefix(1)
    moved.detail.removeFirst()
    #expect(moved.leaf != Self.record.leaf)
  }
}
