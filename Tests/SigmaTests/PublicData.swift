import Foundation
import MeshModel
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

extension PublicData {
  /// The requests of the recorded access logs.
  static func requests() throws -> [Request] {
    struct Entry: Decodable {
      var client: String
      var method: String
      var path: String
      var status: UInt16
      var responseBytes: UInt32?
      var userAgent: String?
      var referer: String?
    }
    guard let folder else { return [] }
    return try FileManager.default
      .contentsOfDirectory(
        at: folder.appending(path: "access-logs"), includingPropertiesForKeys: nil
      )
      .filter { $0.pathExtension == "jsonl" }
      .sorted { $0.path < $1.path }
      .flatMap { try String(contentsOf: $0, encoding: .utf8).split(separator: "\n") }
      .map { line in
        let entry = try JSONDecoder().decode(Entry.self, from: Data(line.utf8))
        return Request(
          method: RequestMethod.allCases.first { $0.text == entry.method } ?? .unknown,
          status: entry.status, scheme: "http", authority: "shop.example.com", path: entry.path,
          userAgent: entry.userAgent ?? "", referer: entry.referer ?? "",
          clientAddress: entry.client, responseBytes: entry.responseBytes ?? 0)
      }
  }
}
