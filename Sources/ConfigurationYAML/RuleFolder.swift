internal import Foundation
package import Sigma
package import YAMLNodes

/// Reads the files of Sigma rules in a folder and the folders within it.
package enum RuleFolder {
  /// Rules and correlations in the order of their names, without their cases.
  package static func load(_ path: String) throws(Diagnostics) -> [RuleFile] {
    try read(try files(path).filter { !$0.hasSuffix(casesSuffix) })
  }

  /// The files of cases, in the order of their names.
  package static func cases(_ path: String) throws(Diagnostics) -> [RuleFile] {
    try read(try files(path).filter { $0.hasSuffix(casesSuffix) })
  }

  private static func read(_ names: [String]) throws(Diagnostics) -> [RuleFile] {
    var files: [RuleFile] = []
    for name in names {
      files.append(RuleFile(name: name, text: try Configuration.readFile(name)))
    }
    return files
  }

  private static func files(_ path: String) throws(Diagnostics) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw mistake(path, "is not there")
    }
    guard isFolder.boolValue else { return [path] }
    guard let names = FileManager.default.enumerator(atPath: path) else {
      throw mistake(path, "cannot be listed")
    }
    let root = resolved(path)
    var files: [String] = []
    for case let name as String in names where name.hasSuffix(".yml") || name.hasSuffix(".yaml") {
      // Folders that are mounted from Kubernetes hold each file once more in hidden ones.
      if name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) { continue }
      guard files.count < maximumFiles else {
        throw mistake(path, "holds more than \(maximumFiles) files")
      }
      // Kubernetes mounts files as links within the folder; those of a checkout may lead anywhere.
      guard resolved(path + "/" + name).hasPrefix(root + "/") else {
        throw mistake(path + "/" + name, "is a link that leads out of \(path)")
      }
      files.append(path + "/" + name)
    }
    return files.sorted()
  }

  private static func resolved(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  private static func mistake(_ path: String, _ message: String) -> Diagnostics {
    Diagnostics([Diagnostic(file: path, line: 0, column: 0, message: message)])
  }

  package static let casesSuffix = ".cases.yaml"
  private static let maximumFiles = 20_000
}
