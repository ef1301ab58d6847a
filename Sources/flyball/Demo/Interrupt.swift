internal import ServiceLifecycle
internal import UnixSignals

/// Waits for the operator to end the program.
enum Interrupt {
  static func wait() async {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    for await _ in signals { return }
  }
}
