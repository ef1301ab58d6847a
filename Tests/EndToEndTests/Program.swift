internal import Foundation

/// A program run to its end.
enum Program {
  struct Output {
    var status: Int32
    var out: String
    var err: String
  }

  static func flyball(_ arguments: String...) throws -> Output {
    try run(TestMesh.root + "/.build/debug/flyball", arguments)
  }

  static func flyball(_ arguments: [String]) throws -> Output {
    try run(TestMesh.root + "/.build/debug/flyball", arguments)
  }

  static func run(_ path: String, _ arguments: String...) throws -> Output {
    try run(path, arguments)
  }

  private static func run(_ path: String, _ arguments: [String]) throws -> Output {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let out = Pipe()
    let err = Pipe()
    process.standardOutput = out
    process.standardError = err
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let outText = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let errText = String(decoding: err.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Output(status: process.terminationStatus, out: outText, err: errText)
  }
}
