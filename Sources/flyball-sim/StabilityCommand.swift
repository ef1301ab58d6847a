internal import ArgumentParser
internal import Simulation

struct StabilityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stability",
    abstract: "Print how the loop settles, by attack, distance and log flush, as a table.")

  func run() throws {
    print("| attack | travel | log flush | contained | released | up | down | leaked |")
    print("|---|---|---|---|---|---|---|---|")
    var isBroken = false
    for cell in Stability.cells() {
      let contained = cell.containedAfter.map { "\($0) ms" } ?? "-"
      let released = cell.releasedAfter.map { "\($0) ms" } ?? "-"
      print(
        "| \(cell.profile.rawValue) | \(cell.travelMilliseconds) ms"
          + " | \(cell.flushMilliseconds) ms | \(contained) | \(released) | \(cell.ups)"
          + " | \(cell.downs) | \(cell.leaked) of \(cell.sent) |")
      if let violation = cell.violation {
        print("\(violation.invariant.rawValue): \(violation.text)")
        isBroken = true
      }
    }
    if isBroken { throw ExitCode(1) }
  }
}
