/// The process, and what it holds on its machine.
package struct DaemonView: Codable, Equatable, Sendable {
  package var processID: Int32
  package var history: String
  /// Addresses it listens on.
  package var listens: [String]

  package init(processID: Int32, history: String, listens: [String]) {
    self.processID = processID
    self.history = history
    self.listens = listens
  }
}
