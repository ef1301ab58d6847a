import Foundation
import MeshModel

extension PublicData {
  private struct Line: Decodable {
    var client: String
    var method: String
    var path: String
    var status: UInt16
    var responseBytes: UInt32
    var userAgent: String
    var referer: String
  }

  /// The recorded requests of all scenarios.
  static func requests() throws -> [Request] {
    guard let folder else { return [] }
    return try FileManager.default
      .contentsOfDirectory(
        at: folder.appending(path: "access-logs"), includingPropertiesForKeys: nil
      )
      .filter { $0.pathExtension == "jsonl" }
      .sorted { $0.path < $1.path }
      .flatMap { file in
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
          let line = try JSONDecoder().decode(Line.self, from: Data($0.utf8))
          return Request(
            method: RequestMethod.allCases.first { $0.text == line.method } ?? .unknown,
            status: line.status, path: line.path, userAgent: line.userAgent,
            referer: line.referer, clientAddress: line.client, responseBytes: line.responseBytes)
        }
      }
  }
}
