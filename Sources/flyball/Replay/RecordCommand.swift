internal import ArgumentParser
internal import ControlClient
internal import Foundation
internal import GzipFile
internal import MeshModel
internal import Synchronization
internal import Telemetry

struct RecordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Record telemetry as a daemon receives it.",
    discussion: """
      The recording holds what Flyball reads of each request: who called whom, when, the path, how it \
      ended, sizes and times. 'flyball replay' and 'flyball backtest' read it. Ctrl-C ends it in order.
      """)

  @Argument(help: "The file to write, compressed with gzip. It must not exist.")
  var file: String
  @Option(
    name: .customLong("for"), help: "How long, such as 90s, 10m or 2h (default: until Ctrl-C).")
  var duration: TimeSpan?
  @Flag(help: "Replace paths and clients' addresses by others of the same shape; drop queries.")
  var redact = false
  @OptionGroup var socket: SocketOption

  func run() async throws {
    try await reporting {
      let tally = Tally()
      do {
        let writer = try Writer(path: file, tally: tally)
        do {
          _ = try await Interrupt.orValue { [socket, redact, duration] in
            try await withTaskCancellationHandler {
              try await socket.client.recording(isRedacted: redact) { bytes in
                writer.take(bytes, for: duration)
              }
            } onCancel: {
              writer.stop()
            }
          }
        } catch let failure as ControlClient.Failure {
          try writer.close()
          guard tally.seconds > 0 else {
            writer.discard()
            throw failure
          }
          throw CommandFailure(
            message: "the daemon went away; \(file) holds what came until then", exitCode: 3)
        }
        try writer.close()
      } catch let error as GzipError {
        throw CommandFailure(message: error.description, exitCode: 1)
      }
      Terminal.error(
        "\(file): \(tally.messages) messages in \(tally.seconds) s, \(tally.bytes / 1024) KiB"
          + (tally.dropped > 0
            ? "; \(tally.dropped) messages came too fast and are missing" : ""))
    }
  }

  /// What the recording holds so far.
  private final class Tally: Sendable {
    private let state = Mutex(
      (messages: 0, dropped: UInt64(0), bytes: 0, first: Int64?.none, last: Int64(0)))

    var messages: Int { state.withLock { $0.messages } }
    var dropped: UInt64 { state.withLock { $0.dropped } }
    var bytes: Int { state.withLock { $0.bytes } }
    var seconds: Int64 { state.withLock { $0.last - ($0.first ?? $0.last) } }

    func add(_ frame: RecordingFrame) {
      state.withLock { state in
        switch frame {
        case .message(let message, _, let at):
          state.messages += 1
          state.bytes += message.count
          state.last = at.second
          state.first = state.first ?? at.second
        case .time(let at):
          state.last = at.second
          state.first = state.first ?? at.second
        case .gap(let count): state.dropped += count
        case .mesh, .source: break
        }
      }
    }
  }

  /// Writes the file as the pieces come, on the thread they come on.
  private final class Writer: Sendable {
    private struct State: ~Copyable {
      var file: GzipWriter?
      var reader = RecordingReader()
      var flushedAt: Int64 = 0
      var failure: (any Error)?
      var isStopped = false
    }

    private let path: String
    private let tally: Tally
    private let progress = Progress("recording")
    private let state: Mutex<State>

    init(path: String, tally: Tally) throws(GzipError) {
      self.path = path
      self.tally = tally
      state = Mutex(State(file: try GzipWriter(path: path)))
    }

    /// False when it is enough.
    func take(_ bytes: [UInt8], for duration: TimeSpan?) -> Bool {
      state.withLock { state in
        do {
          try state.file?.write(bytes)
          state.reader.append(bytes)
          while let frame = try state.reader.next() { tally.add(frame) }
          if tally.seconds - state.flushedAt >= 5 {
            state.flushedAt = tally.seconds
            try state.file?.flush()
          }
        } catch {
          state.failure = error
          return false
        }
        progress.show("\(tally.messages) messages, \(tally.seconds) s, \(tally.dropped) dropped")
        return !state.isStopped && duration.map { tally.seconds < $0.seconds } ?? true
      }
    }

    func stop() { state.withLock { $0.isStopped = true } }

    func discard() { unlink(path) }

    func close() throws {
      progress.end()
      try state.withLock { state in
        let file = state.file.take()
        try file?.close()
        if let failure = state.failure { throw failure }
      }
    }
  }
}
