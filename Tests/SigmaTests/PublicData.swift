import Foundation
import Sigma

/// Evaluation data beside the repository, which tests go without where it is absent.
enum PublicData {
  static let folder: URL? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let candidates = [
      ProcessInfo.processInfo.environment["FLYBALL_DATA"].map { URL(filePath: $0) },
      root.appending(path: "../shared/data"),
    ]
    return candidates.compactMap(\.self).first {
      FileManager.default.fileExists(atPath: $0.appending(path: "sigma").path)
    }
  }()

  static func ruleFiles() throws -> [RuleFile] {
    guard let folder else { return [] }
    return try FileManager.default
      .contentsOfDirectory(at: folder.appending(path: "sigma"), includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "yml" }
      .sorted { $0.path < $1.path }
      .map {
        RuleFile(name: $0.lastPathComponent, text: try String(contentsOf: $0, encoding: .utf8))
      }
  }
}
