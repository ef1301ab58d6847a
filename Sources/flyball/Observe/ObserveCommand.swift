internal import ArgumentParser
internal import ControlClient
internal import MeshModel
internal import Replay
internal import Synchronization
internal import Telemetry

struct ObserveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "observe",
    abstract: "Show requests as the proxies report them, live or of a recording.",
    discussion: """
      A request may be reported twice: out by the caller's side, in by the called side. Conditions of \
      one kind widen, of different kinds narrow: --from a --from b --status 5xx shows what failed of \
      both. Ctrl-C ends it.
      """)

  @Argument(help: "A recording of 'flyball record'; without one, add --follow.")
  var file: String?
  @Flag(name: [.short, .long], help: "Show the daemon's telemetry as it comes.")
  var follow = false
  @OptionGroup var conditions: RequestConditions
  @Option(help: "Show so many and end.")
  var limit: Int?
  @Option(name: [.short, .long], help: "table or json: one object a line.")
  var output: OutputForm = .table
  @OptionGroup var socket: SocketOption

  func validate() throws {
    guard (file == nil) == follow else {
      throw ValidationError("Name a recording, or add --follow to see the daemon's telemetry.")
    }
    if let limit, limit < 1 { throw ValidationError("--limit must be above 0.") }
  }

  func run() async throws {
    try await reporting {
      let window = Window(conditions.filter, limit: limit ?? .max, output)
      if let file {
        let flaw = try await Recording(path: file).play(nil) { _ = try window.show($0) }
        if let flaw { throw CommandFailure(message: flaw, exitCode: 1) }
      } else {
        try await watch(window)
      }
    }
  }

  private func watch(_ window: Window) async throws {
    do {
      _ = try await Interrupt.orValue { [socket] in
        try await withTaskCancellationHandler {
          try await socket.client.recording(isRedacted: false) { window.show($0) }
        } onCancel: {
          window.close()
        }
      }
    } catch let failure as ControlClient.Failure {
      guard window.hasBegun else { throw failure }
    }
    if let flaw = window.flaw { throw CommandFailure(message: flaw, exitCode: 1) }
    guard window.isClosed else {
      throw CommandFailure(message: "the daemon went away", exitCode: 3)
    }
  }

  /// Prints what passes the filter, on the thread it comes on.
  private final class Window: Sendable {
    private struct State {
      var reader = RecordingReader()
      var streams = RecordedStreams()
      var hasBegun = false
      var left: Int
      var flaw: String?
    }

    private let filter: RequestFilter
    private let output: OutputForm
    private let state: Mutex<State>

    init(_ filter: RequestFilter, limit: Int, _ output: OutputForm) {
      self.filter = filter
      self.output = output
      state = Mutex(State(left: limit))
    }

    /// Whether the daemon answered.
    var hasBegun: Bool { state.withLock { $0.hasBegun } }
    /// Because it showed as much as it should, or the operator wished so.
    var isClosed: Bool { state.withLock { $0.left == 0 } }
    /// Why what came is not understood.
    var flaw: String? { state.withLock { $0.flaw } }

    func close() { state.withLock { $0.left = 0 } }

    /// False when it is enough.
    func show(_ bytes: [UInt8]) -> Bool {
      state.withLock { state in
        state.hasBegun = true
        do {
          state.reader.append(bytes)
          while let frame = try state.reader.next() { try show(frame, &state) }
        } catch {
          state.flaw = "\(error)"
          state.left = 0
        }
        return state.left > 0
      }
    }

    func show(_ frame: RecordingFrame) throws(ReplayError) {
      try state.withLock { state throws(ReplayError) in try show(frame, &state) }
    }

    private func show(_ frame: RecordingFrame, _ state: inout State) throws(ReplayError) {
      switch frame {
      case .mesh(let mesh): state.streams.begin(mesh)
      case .source(let source, let number): try state.streams.open(source, number)
      case .message(let bytes, let number, let receivedAt):
        let batch = try state.streams.read(bytes, from: number, at: receivedAt).batch
        for observation in batch.observations where state.left > 0 {
          let request = ObservedRequest(observation, in: batch)
          guard filter.admits(request) else { continue }
          state.left -= 1
          switch output {
          case .table: Terminal.out(Terminal.safe(request.line))
          case .json: Terminal.out(OutputJSON.text(RequestView(request)))
          }
        }
      case .gap(let count): Terminal.error("\(count) messages came too fast and are missing")
      case .time: break
      }
    }
  }
}
