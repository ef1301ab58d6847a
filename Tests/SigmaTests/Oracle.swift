import Foundation
import MeshModel

/// pySigma and SQLite, in a process of their own.
enum Oracle {
  struct Rule: Encodable {
    var name: String
    var text: String
    var group: Int
  }

  struct Answer: Decodable {
    var name: String
    /// Numbers of the requests that match.
    var matches: [Int]?
    var error: String?
  }

  private struct Question: Encodable {
    var rules: [Rule]
    var requests: [Event]
  }

  /// A request by the names that the script knows.
  private struct Event: Encodable {
    var group: Int
    var method: String
    var status: UInt16
    var scheme: String
    var authority: String
    var path: String
    var user_agent: String
    var referer: String
    var client_address: String
    var destination_address: String
    var user_name: String
    var cookie: String
    var content_type: String
    var request_bytes: UInt32
    var response_bytes: UInt32

    init(_ request: Request, group: Int) {
      self.group = group
      method = request.method.text
      status = request.status
      scheme = request.scheme
      authority = request.authority
      path = request.path
      user_agent = request.userAgent
      referer = request.referer
      client_address = request.clientAddress
      destination_address = request.destinationAddress
      user_name = request.userName
      cookie = request.cookie
      content_type = request.contentType
      request_bytes = request.requestBytes
      response_bytes = request.responseBytes
    }
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let python = root.appending(path: ".venv/bin/python")

  /// Whether `dev/setup` has installed it.
  static let isInstalled: Bool =
    (try? run(["-c", "import sigma.backends.sqlite"], input: Data())) != nil

  /// The answers for each rule on the requests of its group and of group 0, whose numbers are their
  /// positions in the list.
  static func ask(
    _ rules: [Rule], _ requests: [(group: Int, request: Request)]
  ) throws -> [Answer] {
    let question = Question(
      rules: rules, requests: requests.map { Event($0.request, group: $0.group) })
    let output = try run("dev/sigma_oracle.py", input: JSONEncoder().encode(question))
    return try JSONDecoder().decode([Answer].self, from: output)
  }

  /// What a script of the repository answers.
  static func run(_ script: String, input: Data) throws -> Data {
    try run([root.appending(path: script).path], input: input)
  }

  private struct Failure: Error {
    var status: Int32
  }

  private static func run(_ arguments: [String], input: Data) throws -> Data {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "flyball-oracle-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = (folder.appending(path: "in"), folder.appending(path: "out"))
    try input.write(to: files.0)
    try Data().write(to: files.1)
    let process = Process()
    process.executableURL = python
    process.arguments = arguments
    process.standardInput = try FileHandle(forReadingFrom: files.0)
    process.standardOutput = try FileHandle(forWritingTo: files.1)
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(status: process.terminationStatus)
    }
    return try Data(contentsOf: files.1)
  }
}
