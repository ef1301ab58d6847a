/// References as bytes: the number of records, each record, then the known contacts.
extension Scorer {
  /// Everything learned by this shard.
  package func references() -> [UInt8] {
    var writer = ByteWriter()
    var count: UInt32 = 0
    entities.forEach { record in
      guard record.learnedMinutes > 0 || record.version > 0 else { return }
      count += 1
      record.save(to: &writer)
    }
    var section = ByteWriter()
    section.write(count)
    section.bytes += writer.bytes
    contacts.save(to: &section)
    return section.bytes
  }

  /// Takes what was learned before; to be called before anything is scored.
  package mutating func restore(_ bytes: [UInt8]) throws(ReferenceError) {
    var reader = ByteReader(bytes[...])
    let count = try reader.read(UInt32.self)
    var records: [EntityRecord] = []
    for _ in 0..<count { records.append(try EntityRecord(from: &reader)) }
    let contacts = try KnownContacts(from: &reader)
    guard reader.isAtEnd else { throw .damaged }
    self.contacts = contacts
    for record in records where entities.find(record.key) == nil { admit(record) }
  }
}
