/// What became of one probe at one proxy, as the proxy's access log says.
///
/// A probe is a request of the controller itself, for a path that names an action. A proxy that
/// enforces the quarantine of that action denies it, and nobody else asks for such a path.
package struct ProbeSighting: Hashable, Sendable {
  package var action: ActionID
  /// Whether it was denied in the action's name; otherwise the called side answered it.
  package var isDenied: Bool
  /// When the probe began, on the reporter's clock.
  package var start: Timestamp

  package init(action: ActionID, isDenied: Bool, start: Timestamp) {
    self.action = action
    self.isDenied = isDenied
    self.start = start
  }
}

extension ActionID {
  /// The path a probe of this action asks for.
  package var probePath: String { Self.probePrefix + description }

  package init?(probePath: some StringProtocol) {
    guard probePath.hasPrefix(Self.probePrefix) else { return nil }
    self.init(parsing: probePath.dropFirst(Self.probePrefix.count))
  }

  private static let probePrefix = "/flyball-probe/"
}
