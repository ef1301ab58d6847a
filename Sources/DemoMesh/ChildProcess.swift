internal import Foundation
internal import Glibc

/// A program started by the demonstration, with its output in a file.
package final class ChildProcess: @unchecked Sendable {
  // `process` is configured before it runs and afterwards only asked and signalled, which
  // Foundation's Process allows from any thread.
  private let process = Process()
  package let name: String
  package let logPath: String

  package init(name: String, executable: String, arguments: [String], logPath: String) throws {
    self.name = name
    self.logPath = logPath
    try Data().write(to: URL(fileURLWithPath: logPath))
    let log = try FileHandle(forWritingTo: URL(fileURLWithPath: logPath))
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = log
    process.standardError = log
    try process.run()
  }

  deinit {
    kill()
  }

  package var isRunning: Bool { process.isRunning }
  package var pid: Int32 { process.processIdentifier }

  /// Ends it in order.
  package func terminate() {
    if process.isRunning { process.terminate() }
  }

  /// Ends it at once, as a crash would.
  package func kill() {
    if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
  }

  package func signal(_ number: Int32) {
    if process.isRunning { Glibc.kill(process.processIdentifier, number) }
  }

  package func waitUntilExit() {
    process.waitUntilExit()
  }

  package var exitStatus: Int32 { process.terminationStatus }

  /// The end of its output, for error messages.
  package var lastOutput: String {
    let text = (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").suffix(5).joined(separator: "\n")
  }
}
