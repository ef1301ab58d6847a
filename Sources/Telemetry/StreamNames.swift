internal import MeshModel

/// The names one stream has spoken of, each looked up, checked and hashed once.
///
/// Found by the very bytes of the text, so that no crafted text can pass for another.
struct StreamNames: Sendable {
  enum Kind: UInt8 {
    /// The peer of an inbound request.
    case peer
    /// The address of a client outside the mesh.
    case client
    /// A cluster or host that an outbound request chose.
    case service
  }

  enum Resolved: Equatable {
    /// The position in `names`.
    case name(UInt16)
    case rejected(Rejection)
  }

  /// `names[0]` is the reporter itself.
  private(set) var names: [MeshName]
  private let attribution: Attribution
  private let reporter: SPIFFEID
  private let limit: Int
  private var slots: [Slot]
  private var texts: [UInt8] = []
  private var count = 0

  private var slotCount: Int { slots.count }

  private struct Slot {
    var hash: UInt64 = 0
    /// Where in `texts` the text is.
    var text = ByteRange()
    var kind = Kind.peer
    var resolved: Resolved?
  }

  /// `limit`: names to remember. Further ones in the same message are rejected, and
  /// the next message begins anew.
  init(reporter: SPIFFEID, attribution: Attribution, limit: Int) {
    self.limit = limit
    names = [MeshName(Subject.workload(reporter))]
    self.reporter = reporter
    self.attribution = attribution
    slots = Self.empty
  }

  mutating func resolve(
    _ bytes: borrowing RawSpan, _ range: Range<Int>, as kind: Kind
  ) -> Resolved {
    let range = range.prefix(Self.maximumTextBytes)
    var hash = StableHash()
    hash.combine(bytes, range)
    var index = Int(truncatingIfNeeded: hash.value) & (slotCount &- 1)
    while let resolved = slots[index].resolved {
      if slots[index].hash == hash.value, slots[index].kind == kind,
        isEqual(slots[index].text.range, bytes, range)
      {
        return resolved
      }
      index = (index &+ 1) & (slotCount &- 1)
    }
    return learn(bytes, range, kind, hash.value)
  }

  private mutating func learn(
    _ bytes: borrowing RawSpan, _ range: Range<Int>, _ kind: Kind, _ hash: UInt64
  ) -> Resolved {
    guard count < limit else { return .rejected(.tooManyNames) }
    var text: [UInt8] = []
    text.reserveCapacity(range.count)
    for position in range {
      text.append(bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self))
    }
    let resolved: Resolved
    do throws(Rejection) {
      let text = String(decoding: text, as: UTF8.self)
      let name =
        switch kind {
        case .peer: MeshName(Subject.workload(try attribution.peer(text)))
        case .client: MeshName(try Attribution.client(text, at: reporter))
        case .service: MeshName(attribution.service(text))
        }
      resolved = .name(UInt16(names.count))
      names.append(name)
    } catch {
      resolved = .rejected(error)
    }
    if count >= slotCount / 2 { grow() }
    place(
      Slot(
        hash: hash, text: ByteRange(start: UInt32(texts.count), count: UInt32(text.count)),
        kind: kind, resolved: resolved))
    texts += text
    count += 1
    return resolved
  }

  private mutating func place(_ slot: Slot) {
    var index = Int(truncatingIfNeeded: slot.hash) & (slotCount &- 1)
    while slots[index].resolved != nil { index = (index &+ 1) & (slotCount &- 1) }
    slots[index] = slot
  }

  /// Most streams speak of few names, and some last for one message only.
  private mutating func grow() {
    let old = slots
    slots = Array(repeating: Slot(), count: slotCount * 2)
    for slot in old where slot.resolved != nil { place(slot) }
  }

  /// Begins a message: with less than half of the room left it begins anew. Batches already made keep their names.
  mutating func begin() {
    guard count >= limit / 2 else { return }
    names = [names[0]]
    slots = Self.empty
    texts = []
    count = 0
  }

  private func isEqual(
    _ known: Range<Int>, _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) -> Bool {
    guard known.count == range.count else { return false }
    let texts = texts.span.bytes
    precondition(known.upperBound <= texts.byteCount && range.upperBound <= bytes.byteCount)
    var offset = 0
    while range.count &- offset >= 8 {
      guard
        texts.word(uncheckedAt: known.lowerBound &+ offset)
          == bytes.word(uncheckedAt: range.lowerBound &+ offset)
      else { return false }
      offset &+= 8
    }
    let rest = range.count &- offset
    return texts.word(uncheckedAt: known.lowerBound &+ offset, count: rest)
      == bytes.word(uncheckedAt: range.lowerBound &+ offset, count: rest)
  }

  private static let empty = Array(repeating: Slot(), count: 32)
  /// The longest SPIFFE ID.
  private static let maximumTextBytes = 2_048
}
