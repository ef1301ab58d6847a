internal import Anomaly
internal import ArgumentParser
internal import BenchMessages
internal import MeshModel

struct FloodCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flood",
    abstract: "Score requests of as many clients for as many paths, with one scanner among them.")

  @Option(help: "Requests, each of a client and for a path of its own.")
  var requests = 10_000_000

  func run() throws {
    let gateway = try SPIFFEID(parsing: "spiffe://\(Messages.trustDomain)/ns/shop/sa/ingress")
    let reporter = ProxyID(principal: gateway, node: "n")
    guard let address = IPPrefix("198.51.100.1") else { return }
    let scanner = Subject.client(address, at: gateway)
    var scorer = Scorer(thresholds: [.lateralMovement: 0.99, .anomaly: 0.999], secret: 1)
    var early = 0
    var findings = 0
    for number in 0..<requests {
      if number == requests / 100 { early = peakResidentBytes() }
      var batch = ObservationBatch(reporter: reporter, vantage: .gateway)
      let at = Timestamp(seconds: 1_700_000_000 + Int64(number / 10_000))
      let text = "\(number >> 24).\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
      guard let client = IPPrefix(text) else { continue }
      batch.append(
        at: at, client: .client(client, at: gateway), to: .unresolved("web"),
        path: "/p\(number)", .answered(status: 404))
      // A scanner is active in the middle of it.
      if number >= requests / 2, number < requests / 2 + 5_000, number.isMultiple(of: 500) {
        batch.append(
          at: at, client: scanner, to: .unresolved("web"), path: "/admin\(number)",
          .answered(status: 404))
      }
      findings += scorer.score(batch).count { $0.subject == scanner }
    }
    print(
      """
      {"requests": \(requests), "scannerFound": \(findings > 0), \
      "entities": \(scorer.entityCount), "subjects": \(scorer.subjectCount), \
      "bytesAfterOnePercent": \(early), "bytes": \(peakResidentBytes())}
      """)
  }
}
