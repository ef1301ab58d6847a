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
      Copies each file whose rules Flyball can run, unchanged: author and licence stay with them, \
      and licences beside them are copied too. Refuses what is called like a rule that is there. \
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
    if let to, !dryRun {
      try RulesCommand.reporting { try check(report) }
      try copy(report.taken, to)
    }
    print(
      "\(report.taken.count) files \(dryRun ? "would be taken" : "taken"), \(report.refused.count)"
        + " refused, \(report.foreign) not for this mesh")
    if report.unlicensed > 0, licences.isEmpty {
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
    /// Files that are there already and stay.
    var kept: [RuleFile] = []
  }

  /// Each file by itself: one that cannot be run must not keep others out.
  private func take() throws(Diagnostics) -> Report {
    let compiler = try VectorscanCompiler.make(for: from)
    var report = Report()
    let files = try RuleFolder.load(from)
    let names = Set(files.map(\.fileName))
    if let to, FileManager.default.fileExists(atPath: to) {
      report.kept = try RuleFolder.load(to).filter { !names.contains($0.fileName) }
    }
    var called: [String: String] = [:]
    for file in report.kept { for word in file.words { called[word] = file.name } }
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
        if let word = file.words.first(where: { called[$0] != nil }) {
          report.refused.append(
            Diagnostic(
              file: file.name, line: 0, column: 0,
              message: "a rule of \(called[word] ?? "") is called '\(word)' too"))
          continue
        }
        for word in file.words { called[word] = file.name }
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

  /// Whether the folder would be a set that loads.
  private func check(_ report: Report) throws(Diagnostics) {
    _ = try LoadedRules(report.kept + report.taken, with: try VectorscanCompiler.make(for: from))
  }

  /// Files beside the rules that say under which terms they are given.
  private var licences: [String] {
    // Without the folder there are none to copy.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: from)) ?? []
    return names.filter { name in
      ["license", "licence", "copying", "notice"].contains { name.lowercased().hasPrefix($0) }
    }.sorted()
  }

  private func copy(_ files: [RuleFile], _ folder: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for file in files {
        try file.text.write(toFile: folder + "/" + file.fileName, atomically: true, encoding: .utf8)
      }
      // By their source, for rules of several may come together.
      let source = URL(fileURLWithPath: from).lastPathComponent
      for name in licences {
        try Data(contentsOf: URL(fileURLWithPath: from + "/" + name))
          .write(to: URL(fileURLWithPath: folder + "/\(source)-\(name)"))
      }
    } catch {
      Terminal.error("flyball: \(folder): \(error.localizedDescription)")
      throw ExitCode(1)
    }
  }
}

extension RuleFile {
  fileprivate var fileName: String { URL(fileURLWithPath: name).lastPathComponent }

  /// What its rules and correlations may be called by.
  fileprivate var words: [String] {
    parse().documents.flatMap { document in
      switch document {
      case .rule(let rule): [rule.name, rule.id].compactMap(\.self)
      case .correlation(let correlation):
        [correlation.name, correlation.id].compactMap(\.self)
      }
    }
  }
}
