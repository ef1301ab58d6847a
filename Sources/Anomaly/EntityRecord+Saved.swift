/// The part of a record that outlives the process: its reference and what the next is learned from.
/// Evidence does not: what an attacker did before a restart is in the history.
extension EntityRecord {
  func save(to writer: inout ByteWriter) {
    writer.write(key)
    writer.write(owner)
    writer.write(version)
    writer.write(learnedRequests)
    writer.write(learnedSeconds)
    writer.write(learnedMinutes)
    // It never counts so far; the topmost bit is free.
    writer.write(minutesSinceFreeze | (isRelearning ? 0x80 : 0))
    for index in 0..<Self.features {
      writer.write(levels[index])
      writer.write(learnedShown[index])
    }
    for index in 0..<Self.secondFeatures { writer.write(peaks[index]) }
    for magnitude in thresholds.all { writer.write(magnitude.bits) }
    for index in 0..<Self.requestFeatures {
      writer.write(thresholds.counts[index].bits)
      writer.write(candidate.counts[index].bitPattern)
    }
    for quantile in [candidate.slow, candidate.rate, candidate.sustained] {
      writer.write(quantile.bitPattern)
    }
    for magnitude in candidate.largest { writer.write(magnitude.bits) }
  }

  init(from reader: inout ByteReader) throws(ReferenceError) {
    self.init(key: try reader.read(UInt64.self), owner: try reader.read(UInt32.self))
    version = try reader.read(UInt16.self)
    learnedRequests = try reader.read(UInt32.self)
    learnedSeconds = try reader.read(UInt32.self)
    learnedMinutes = try reader.read(UInt16.self)
    let minutes = try reader.read(UInt8.self)
    minutesSinceFreeze = minutes & 0x7F
    isRelearning = minutes & 0x80 != 0
    for index in 0..<Self.features {
      levels[index] = try reader.read(UInt8.self)
      guard levels[index] <= Betting.off else { throw .damaged }
      learnedShown[index] = try reader.read(UInt16.self)
    }
    for index in 0..<Self.secondFeatures {
      peaks[index] = try reader.read(UInt8.self)
      guard peaks[index] <= Betting.off else { throw .damaged }
    }
    var magnitudes: [Magnitude] = []
    for _ in 0..<10 { magnitudes.append(Magnitude(bits: try reader.read(UInt16.self))) }
    thresholds = Thresholds(magnitudes)
    for index in 0..<Self.requestFeatures {
      thresholds.counts[index] = Magnitude(bits: try reader.read(UInt16.self))
      candidate.counts[index] = try Self.quantile(&reader)
    }
    candidate.slow = try Self.quantile(&reader)
    candidate.rate = try Self.quantile(&reader)
    candidate.sustained = try Self.quantile(&reader)
    magnitudes = []
    for _ in 0..<6 { magnitudes.append(Magnitude(bits: try reader.read(UInt16.self))) }
    candidate.takeLargest(magnitudes)
  }

  private static func quantile(_ reader: inout ByteReader) throws(ReferenceError) -> Float {
    let value = Float(bitPattern: try reader.read(UInt32.self))
    guard value.isFinite, value >= 0 else { throw .damaged }
    return value
  }
}

extension EntityRecord.Thresholds {
  /// All but the counts.
  var all: [Magnitude] {
    [slow, response, request, rate, surge, destinations, paths, sustained, volume, usual]
  }

  init(_ all: [Magnitude]) {
    self.init(
      slow: all[0], response: all[1], request: all[2], rate: all[3], surge: all[4],
      destinations: all[5], paths: all[6], sustained: all[7], volume: all[8], usual: all[9])
  }
}

extension EntityRecord.Candidate {
  fileprivate var largest: [Magnitude] {
    [response, request, surge, destinations, paths, volume]
  }

  fileprivate mutating func takeLargest(_ all: [Magnitude]) {
    (response, request, surge) = (all[0], all[1], all[2])
    (destinations, paths, volume) = (all[3], all[4], all[5])
  }
}
