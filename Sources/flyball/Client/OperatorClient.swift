internal import ArgumentParser
internal import ControlAPI
internal import CurlHTTP
internal import Foundation

/// Where the daemon's socket is.
struct SocketOption: ParsableArguments {
  @Option(help: "The daemon's socket (default: $FLYBALL_SOCKET, or /run/flyball/flyball.sock).")
  var socket: String?

  var client: OperatorClient {
    OperatorClient(
      socket: socket ?? ProcessInfo.processInfo.environment["FLYBALL_SOCKET"]
        ?? "/run/flyball/flyball.sock")
  }
}

/// Talks to the daemon; errors are ready for the terminal, with their exit code.
struct OperatorClient {
  let socket: String

  struct Failure: Error {
    var message: String
    var exitCode: Int32
  }

  func get<Value: Decodable>(_ path: String, as type: Value.Type) async throws(Failure) -> Value {
    try decode(try await send("GET", path), as: type)
  }

  func getText(_ path: String) async throws(Failure) -> String {
    try await send("GET", path).text
  }

  @discardableResult
  func post(_ path: String) async throws(Failure) -> StatusView {
    try decode(try await send("POST", path), as: StatusView.self)
  }

  private func send(_ method: String, _ path: String) async throws(Failure) -> HTTPResponse {
    let response: HTTPResponse
    do {
      response = try await HTTPConnection().send(
        HTTPRequest(method: method, url: "http://flyball\(path)", unixSocket: socket))
    } catch {
      throw Failure(
        message: "no daemon answers at \(socket): \(error). Start one with 'flyball run', or name"
          + " its socket with --socket", exitCode: 3)
    }
    guard response.status == 200 else {
      let text = try? JSONDecoder().decode(ErrorView.self, from: Data(response.body)).error
      throw Failure(
        message: Terminal.safe(text ?? "the daemon answered \(response.status)"), exitCode: 4)
    }
    return response
  }

  private func decode<Value: Decodable>(
    _ response: HTTPResponse, as type: Value.Type
  ) throws(Failure) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(response.body))
    } catch {
      throw Failure(
        message: "the daemon's answer is not understood: is it another version?", exitCode: 1)
    }
  }
}

extension AsyncParsableCommand {
  /// Runs the body and turns its failure into a message and an exit code.
  func reporting(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let failure as OperatorClient.Failure {
      Terminal.error("flyball: \(failure.message)")
      throw ExitCode(failure.exitCode)
    }
  }
}
