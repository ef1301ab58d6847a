internal import EnvoyAPI
internal import Foundation
internal import GzipFile
internal import MeshModel
internal import SwiftProtobuf
internal import Telemetry
internal import Testing

private typealias Message = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage

struct RecordingTests {
  private let mesh = RecordedMesh(
    trustDomain: "shop.demo", services: ["payments": Recorded.identity("payments")],
    gateways: [Recorded.identity("ingress")], own: Recorded.identity("flyball"))

  /// All frames of a recording, however it is cut.
  private func frames(
    _ bytes: [UInt8], cutEvery step: Int = .max
  ) throws -> [RecordingFrame] {
    var reader = RecordingReader()
    var frames: [RecordingFrame] = []
    for start in stride(from: 0, to: bytes.count, by: min(step, bytes.count)) {
      reader.append(Array(bytes[start..<min(bytes.count, start + min(step, bytes.count))]))
      while let frame = try reader.next() { frames.append(frame) }
    }
    #expect(reader.isAtEnd)
    return frames
  }

  @Test("what is written is read again, however the bytes come", arguments: [1, 7, 1_000])
  func roundTrip(step: Int) throws {
    let source = Recorded.source("payments", .inbound)
    var writer = RecordingWriter(redaction: nil)
    let message = try Recorded.message([("/a?token=1", 200), ("/b", 404)], peer: "reports")
    var bytes = writer.heading(mesh)
    bytes += writer.frames(of: message, from: source, receivedAt: Timestamp(seconds: 5))
    bytes += writer.frames(of: message, from: source, receivedAt: Timestamp(seconds: 6))
    bytes += writer.gap(3) + writer.time(Timestamp(seconds: 9))
    let read = try frames(bytes, cutEvery: step)
    #expect(read.count == 6)
    #expect(read[0] == .mesh(mesh))
    #expect(read[1] == .source(source, number: 1))
    #expect(read[4...] == [.gap(3), .time(Timestamp(seconds: 9))])
    guard case .message(let kept, 1, Timestamp(seconds: 6)) = read[3] else {
      Issue.record("no message")
      return
    }
    #expect(Recorded.observations(kept, source) == Recorded.observations(message, source))
    #expect(kept.count < message.count)
  }

  @Test("a malformed entry is counted again at the replay")
  func malformed() throws {
    var writer = RecordingWriter(redaction: nil)
    let bytes = writer.frames(
      of: [0x12, 0x03, 0x0A, 0x01, 0x0A], from: Recorded.source("payments", .inbound),
      receivedAt: Timestamp(seconds: 5))
    let read = try frames(writer.heading(mesh) + bytes)
    guard case .message(let kept, _, _) = read[2] else {
      Issue.record("no message")
      return
    }
    var stream = Recorded.stream(Recorded.source("payments", .inbound))
    #expect(stream.read(kept, receivedAt: Timestamp(seconds: 5)).ledger.rejected == [.malformed: 1])
  }

  @Test("a redacted recording says no path, query or client, and scores the same")
  func redaction() throws {
    let source = Recorded.source("payments", .inbound)
    let message = try Recorded.message(
      [("/orders/1234/ann@example?card=4111", 200), ("/orders/1234/bob", 404)], peer: "reports")
    let redaction = Redaction(key: 7, keeping: ["payments"])
    var writer = RecordingWriter(redaction: redaction)
    let bytes = writer.frames(of: message, from: source, receivedAt: Timestamp(seconds: 5))
    let text = String(decoding: bytes, as: UTF8.self)
    for word in ["orders", "1234", "ann", "bob", "card", "4111", "browser"] {
      #expect(!text.contains(word))
    }
    guard case .message(let kept, _, _) = try frames(writer.heading(mesh) + bytes)[2] else {
      Issue.record("no message")
      return
    }
    let (before, after) = (
      Recorded.observations(message, source), Recorded.observations(kept, source)
    )
    #expect(after.map(\.outcome) == before.map(\.outcome))
    #expect(after.map(\.pathText.count) == before.map(\.pathText.count))
    #expect(Set(after.map(\.path)).count == 2)
    // The second segment is the same in both, and stays so.
    #expect(Set(after.map(\.route)).count == Set(before.map(\.route)).count)
  }

  @Test("a client's address becomes a reserved one, the same for the same")
  func clients() throws {
    let source = Recorded.source("ingress", .ingress)
    var writer = RecordingWriter(redaction: Redaction(key: 7, keeping: []))
    var subjects: [String] = []
    for address in ["203.0.113.7", "203.0.113.7", "198.51.100.1", "2001:db9::5"] {
      let message = try Recorded.message([("/", 200)], client: address)
      let bytes = writer.frames(of: message, from: source, receivedAt: Timestamp(seconds: 5))
      guard case .message(let kept, _, _)? = try frames(writer.heading(mesh) + bytes).last else {
        Issue.record("no message")
        return
      }
      var stream = Recorded.stream(source)
      let (batch, _) = stream.read(kept, receivedAt: Timestamp(seconds: 5))
      subjects += batch.observations.map { batch.source(of: $0).name }
    }
    #expect(subjects.count == 4)
    #expect(subjects[0] == subjects[1] && subjects[0] != subjects[2])
    #expect(try #require(IPPrefix("240.0.0.0/4")).contains(try #require(IPPrefix(subjects[0]))))
    #expect(try #require(IPPrefix("2001:db8::/32")).contains(try #require(IPPrefix(subjects[3]))))
  }

  @Test("damaged recordings end with an error or a frame, and never trap", arguments: 0..<4)
  func damaged(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var writer = RecordingWriter(redaction: nil)
    let message = try Recorded.message([("/a", 200)], peer: "reports")
    let whole =
      writer.heading(mesh)
      + writer.frames(
        of: message, from: Recorded.source("payments", .inbound), receivedAt: Timestamp(seconds: 5))
    for _ in 0..<2_000 {
      var bytes = whole
      let place = Int.random(in: 0..<bytes.count, using: &random)
      bytes[place] = .random(in: .min ... .max, using: &random)
      var reader = RecordingReader()
      reader.append(bytes)
      do { while try reader.next() != nil {} } catch { #expect(!"\(error)".isEmpty) }
    }
    #expect(throws: RecordingError.notARecording) { try frames(Array("PK\u{3}\u{4}nothing".utf8)) }
  }

  @Test("a file is read as far as it goes, and what was cut off is said")
  func cutOff() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }  // A leftover does no harm.
    let path = folder.appendingPathComponent("a.gz").path
    let file = try GzipWriter(path: path)
    var random = SeededRandom(seed: 1)
    let bytes = (0..<100_000).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    try file.write(bytes)
    try file.close()
    #expect(throws: GzipError.self) { try GzipWriter(path: path) }

    let reader = try GzipReader(path: path)
    var read: [UInt8] = []
    while case let more = try reader.read(upTo: 4_096), !more.isEmpty { read += more }
    #expect(read == bytes)

    let packed = try Data(contentsOf: URL(fileURLWithPath: path))
    try packed.prefix(50_000).write(to: URL(fileURLWithPath: path))
    let cut = try GzipReader(path: path)
    var part: [UInt8] = []
    #expect(throws: GzipError.self) {
      while case let more = try cut.read(upTo: 4_096), !more.isEmpty { part += more }
    }
    #expect(part.count > 40_000 && part.elementsEqual(bytes.prefix(part.count)))
  }
}
