internal import ArgumentParser

/// A length of time on the command line: `90s`, `10m` or `2h`.
struct TimeSpan: ExpressibleByArgument, Sendable {
  let seconds: Int64

  init?(argument: String) {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600]
    guard let unit = argument.last.flatMap({ units[$0] }),
      let count = Int64(argument.dropLast()), (1...1_000_000).contains(count)
    else { return nil }
    seconds = count * unit
  }
}
