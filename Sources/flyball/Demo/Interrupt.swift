internal import UnixSignals

/// The operator's wish to end the program.
enum Interrupt {
  /// What the body gives, or nil when SIGINT or SIGTERM came first; the body is cancelled then.
  static func orValue<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value? {
    try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        for await _ in signals { return nil }
        return nil
      }
      group.addTask { try await body() }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }
}
