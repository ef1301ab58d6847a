package import MeshModel

/// Writes recorded telemetry: a heading line, then frames, each after its length.
///
/// A frame is one field of a protobuf message: 1 mesh, 2 source, 3 message, 4 gap, 5 time. Entries
/// keep only what Flyball reads; with a redaction their texts say no more what was asked for.
package struct RecordingWriter {
  private var numbers: [RecordedSource: UInt32] = [:]
  private let redaction: Redaction?

  package init(redaction: Redaction?) {
    self.redaction = redaction
  }

  /// Comes first.
  package func heading(_ mesh: RecordedMesh) -> [UInt8] {
    var message = WireWriter()
    message.text(1, mesh.trustDomain.utf8)
    for (name, identity) in mesh.services.sorted(by: { $0.key < $1.key }) {
      var service = WireWriter()
      service.text(1, name.utf8)
      service.text(2, identity.description.utf8)
      message.message(2, service)
    }
    for gateway in mesh.gateways.sorted() { message.text(3, gateway.description.utf8) }
    if let own = mesh.own { message.text(4, own.description.utf8) }
    return Array(RecordingReader.heading.utf8) + Self.frame(1, message)
  }

  /// The message in its minimal form, or a gap when it holds more than a proxy sends; its source too,
  /// when it is new.
  package mutating func frames(
    of message: [UInt8], from source: RecordedSource, receivedAt: Timestamp
  ) -> [UInt8] {
    var frames: [UInt8] = []
    var content = WireWriter()
    content.number(1, UInt64(number(of: source, &frames)))
    content.number(2, UInt64(bitPattern: receivedAt.microseconds))
    let minimal = minimal(message, source.listener)
    guard minimal.count <= Self.maximumMessageBytes else { return frames + gap(1) }
    content.text(3, minimal)
    return frames + Self.frame(3, content)
  }

  package func gap(_ messages: UInt64) -> [UInt8] {
    var content = WireWriter()
    content.number(1, messages)
    return Self.frame(4, content)
  }

  package func time(_ instant: Timestamp) -> [UInt8] {
    var content = WireWriter()
    content.number(1, UInt64(bitPattern: instant.microseconds))
    return Self.frame(5, content)
  }

  private mutating func number(of source: RecordedSource, _ frames: inout [UInt8]) -> UInt32 {
    if let known = numbers[source] { return known }
    let number = UInt32(numbers.count) + 1
    numbers[source] = number
    var content = WireWriter()
    content.number(1, UInt64(number))
    content.text(2, source.reporter.principal.description.utf8)
    content.text(3, source.reporter.node.utf8)
    content.text(4, source.listener.rawValue.utf8)
    frames += Self.frame(2, content)
    return number
  }

  private func minimal(_ message: [UInt8], _ listener: Listener) -> [UInt8] {
    var writer = AccessLogWriter()
    var records: [AccessLogRecord?] = []
    AccessLogReader.forEachEntry(in: message.span.bytes) { bytes, entry in
      // One more than is taken, so that the replay counts what is too many.
      guard records.count <= AccessLogStream.maximumEntries else { return }
      // Metadata that is damaged makes the entry malformed in a stream too.
      records.append(entry.flatMap { try? AccessLogRecord($0, bytes) })
    }
    var texts = message
    for record in records {
      guard var record else {
        writer.appendMalformed()
        continue
      }
      if redaction != nil, listener != .ingress { record.entry.remoteAddress = ByteRange() }
      redaction?.apply(to: &record, &texts)
      writer.append(record, from: texts.span.bytes)
    }
    return writer.message
  }

  /// Well below what a reader takes as one frame.
  private static let maximumMessageBytes = 6 << 20

  private static func frame(_ field: UInt32, _ content: WireWriter) -> [UInt8] {
    var frame = WireWriter()
    frame.message(field, content)
    var framed = WireWriter()
    framed.varint(UInt64(frame.bytes.count))
    return framed.bytes + frame.bytes
  }
}
