internal import Foundation
internal import Simulation
internal import Testing

struct ReplayedHashTests {
  @Test("the same seed gives the same story in two processes")
  func twoProcesses() throws {
    for seed: UInt64 in 1...12 {
      let first = try Self.simulate(seed)
      #expect(try Self.simulate(seed) == first)
      var world = World(Plan(seed: seed))
      world.run()
      #expect(first.contains(String(world.traceHash, radix: 16)), "seed \(seed)")
    }
  }

  private static func simulate(_ seed: UInt64) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let process = Process()
    process.executableURL = root.appendingPathComponent(".build/debug/flyball-sim")
    process.arguments = ["seed", "\(seed)"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: text, as: UTF8.self)
  }
}
