internal import Actuators
internal import ActuatorsXDS
internal import ArgumentParser
internal import DemoMesh
internal import Foundation
internal import MeshModel
internal import SwiftProtobuf

struct FiltersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "filters",
    abstract: "Write quarantine filters as protobuf, and certificates of a caller and a called one."
  )

  @Option(parsing: .upToNextOption, help: "Subjects in quarantine, for each file.")
  var subjects = [0, 1, 10, 50, 100, 1_000]

  @Argument(help: "The folder to write `filter-<subjects>.pb` into.")
  var folder: String

  func run() throws {
    let authority = try CertificateAuthority(folder: folder)
    for name in ["caller", "called"] {
      _ = try authority.issue([Workload.principal(name).description], name: name)
    }
    for count in subjects {
      var table = EnforcementTable(prober: Workload.principal("flyball"))
      for number in 0..<count { table.apply(Quarantine.of(number), generation: 0) }
      let content = table.content(of: .rbac, at: Workload.principal("called"), build: nil)
      try content.resource().serializedData().write(
        to: URL(fileURLWithPath: "\(folder)/filter-\(count).pb"))
    }
  }
}
