internal import MeshModel

extension IndicatorIndexBuilder {
  /// The table of all records that are looked up by their text.
  mutating func placeTexts() -> TextTable {
    let positions = records.indices.filter { records[$0].kind.isText }
    var table = TextTable(capacity: positions.count)
    for position in positions {
      let key = hash(of: records[position])
      if let first = first(alike: records[position], key, in: table) {
        chain(position, to: Int(first))
      } else {
        table.insert(UInt32(position), key)
      }
    }
    return table
  }

  private func first(alike record: IndicatorRecord, _ key: UInt64, in table: TextTable) -> UInt32? {
    let bytes = pool.span.bytes
    let start = Int(record.text)
    let value = start..<start + Int(record.valueBytes)
    return table.record(key) {
      let other = records[Int($0)]
      return other.kind.isAlike(record.kind) && other.valueBytes == record.valueBytes
        && bytes.equals(bytes, at: Int(other.text), value, folding: false)
    }
  }

  /// The blocks of one family in order, each once.
  mutating func blocks<Bits: FixedWidthInteger & UnsignedInteger>(
    _ kind: IndicatorRecord.Kind
  ) -> [PrefixTrieBuilder<Bits>.Block] {
    var all: [PrefixTrieBuilder<Bits>.Block] = []
    for (position, record) in records.enumerated() where record.kind == kind {
      let start = Int(record.text)
      let end = start + Int(record.valueBytes) - 1
      let bits = pool[start..<end].reduce(Bits(0)) { $0 << 8 | Bits($1) }
      all.append(.init(bits: bits, length: Int(pool[end]), record: UInt32(position)))
    }
    all.sort { ($0.bits, $0.length, $0.record) < ($1.bits, $1.length, $1.record) }
    var distinct: [PrefixTrieBuilder<Bits>.Block] = []
    distinct.reserveCapacity(all.count)
    for block in all {
      if let last = distinct.last, last.bits == block.bits, last.length == block.length {
        chain(Int(block.record), to: Int(last.record))
      } else {
        distinct.append(block)
      }
    }
    return distinct
  }

  /// Hangs a record on the first with its value. A feed has one record a value, the surer one and of
  /// equally sure ones the longer, so that no feed can make a chain longer than there are feeds.
  private mutating func chain(_ position: Int, to first: Int) {
    let record = records[position]
    var member = first
    while true {
      if records[member].feed == record.feed, records[member].kind == record.kind {
        repeated += 1
        let held = records[member]
        if (record.confidence, record.until) > (held.confidence, held.until) {
          records[member] = record
          records[member].next = held.next
        }
        return
      }
      guard records[member].next != 0 else { break }
      member = Int(records[member].next) - 1
    }
    records[member].next = UInt32(position) + 1
  }

  private func hash(of record: IndicatorRecord) -> UInt64 {
    let bytes = pool.span.bytes
    let start = Int(record.text)
    let value = start..<start + Int(record.valueBytes)
    switch record.kind {
    case .domain, .domainAndBelow:
      var name: UInt64 = 0
      hash.ends(of: bytes, value) { hash, _, _ in
        name = hash
        return true
      }
      return name
    case .url:
      let path = value.first { bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) == 0x2F }
      let split = path ?? value.upperBound
      return hash.url(bytes, authority: start..<split, path: split..<value.upperBound)
    case .userAgent: return hash.agent(bytes, value)
    case .ja3, .ja4: return hash.fingerprint(bytes, value)
    case .ipv4, .ipv6: return 0
    }
  }
}
