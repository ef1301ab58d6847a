internal import ArgumentParser
internal import ConfigurationYAML
internal import Foundation
internal import MatchingVectorscan
internal import MeshModel
internal import RuleScoring
internal import Sigma
internal import YAMLNodes

struct RulesImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Take rules from a checkout of others'.",
    discussion: """
      Copies each file whose rules Flyball can run, unchanged: author and licence stay with them. \
      Says why the rest was not taken. Rules for other sources than webserver and proxy are counted \
      only. Exits 1 when a rule for the mesh was refused.
      """)

  @Option(help: "The folder to take rules from, such as a checkout of SigmaHQ's.")
  var from: String
  @Option(help: "The folder to copy them to; a rule file of the same name is replaced.")
  var to: String?
  @Flag(help: "Only say what would be taken.")
  var dryRun = false

  func validate() throws {
    guard dryRun || to != nil else { throw ValidationError("Name a folder with --to.") }
  }

  func run() throws {
    let report = try RulesCommand.reporting { try take() }
    for refusal in report.refused { Terminal.out(Terminal.safe("refused  \(refusal)")) }
    if let to, !dryRun { try copy(report.taken, to) }
    print(
      "\(report.taken.count) files \(dryRun ? "would be taken" : "taken"), \(report.refused.count)"
        + " refused, \(report.foreign) not for this mesh")
    if report.unlicensed > 0 {
      Terminal.error(
        "\(report.unlicensed) of them state no licence: keep that of their source beside them")
    }
    if !report.refused.isEmpty { throw ExitCode(1) }
  }

  private struct Report {
    var taken: [RuleFile] = []
    var refused: [Diagnostic] = []
    var foreign = 0
    /// Taken files with a rule that states no licence.
    var unlicensed = 0
  }

  /// Each file by itself: one that cannot be run must not keep others out.
  private func take() throws(Diagnostics) -> Report {
    let compiler = try VectorscanCompiler.make(for: from)
    var report = Report()
    let files = try RuleFolder.load(from)
    let progress = Progress("reading rules")
    for (number, file) in files.enumerated() {
      progress.show(
        share: Double(number) / Double(files.count), "\(number) of \(files.count) files")
      do {
        let rules = try LoadedRules([file], with: compiler)
        if let twin = report.taken.first(where: { $0.fileName == file.fileName }) {
          report.refused.append(
            Diagnostic(
              file: file.name, line: 0, column: 0, message: "has the same name as \(twin.name)"))
          continue
        }
        report.taken.append(file)
        if (0..<rules.count).contains(where: { rules.describe($0, matched: "").license == nil }) {
          report.unlicensed += 1
        }
      } catch {
        if error.all.contains(where: { $0.message.hasPrefix(LogSource.notForThisMesh) }) {
          report.foreign += 1
        } else {
          report.refused += error.all
        }
      }
    }
    progress.end()
    return report
  }

  private func copy(_ files: [RuleFile], _ folder: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for file in files {
        try file.text.write(toFile: folder + "/" + file.fileName, atomically: true, encoding: .utf8)
      }
    } catch {
      Terminal.error("flyball: \(folder): \(error.localizedDescription)")
      throw ExitCode(1)
    }
  }
}

extension RuleFile {
  fileprivate var fileName: String { URL(fileURLWithPath: name).lastPathComponent }
}
