internal import Anomaly
internal import ArgumentParser
internal import BenchMessages
internal import Foundation
internal import MeshModel

extension AlarmLevel: ExpressibleByArgument {}

struct MeshCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mesh",
    abstract: "Score recorded calls; print every alarm as entity, time in microseconds, level.")

  @Argument(
    help: "Tab-separated calls: day, start in us, source, destination, operation, duration in us.")
  var calls: String

  @Option(help: "The least level to print: observe, throttle or quarantine.")
  var level = AlarmLevel.throttle

  @Flag(help: "Print the features behind each alarm, too.")
  var explain = false

  func run() throws {
    var scorer = Scorer(thresholds: [.anomaly: level.score], secret: 1)
    let text = try String(contentsOfFile: calls, encoding: .utf8)
    for line in text.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: "\t")
      guard fields.count >= 6, let start = Int64(fields[1]), let duration = UInt32(fields[5])
      else { continue }
      let source = try Self.identity(fields[2])
      let destination = try Self.identity(fields[3])
      for vantage in [Vantage.source, .destination] {
        var batch = ObservationBatch(
          reporter: ProxyID(principal: vantage == .source ? source : destination, node: ""),
          vantage: vantage)
        batch.append(
          at: Timestamp(microseconds: start),
          peer: .workload(vantage == .source ? destination : source), path: String(fields[4]),
          .answered(status: 200), durationMicroseconds: duration)
        for found in scorer.score(batch) { report(found) }
      }
    }
  }

  private func report(_ found: Detection) {
    let statistic = found.score / (1 - found.score)
    let level = AlarmLevel.allCases.last { statistic >= $0.activeSeconds } ?? .observe
    let places = found.destinations.map(\.description)
    let entity = places.count == 1 ? "\(found.subject.name)->\(places[0])" : found.subject.name
    var line = "\(entity)\t\(found.at.microseconds)\t\(level.rawValue)"
    if explain {
      let reasons = (found.evidence ?? []).map {
        "\($0.feature.rawValue) \($0.shown)/\($0.total) allowed \($0.allowed) 1:\($0.seconds)"
      }
      line += "\t\(places)\t\(statistic)\t\(reasons)"
    }
    print(line)
  }

  private static func identity(_ name: Substring) throws -> SPIFFEID {
    try SPIFFEID(parsing: "spiffe://\(Messages.trustDomain)/ns/shop/sa/\(name)")
  }
}
