internal import Crypto
internal import DemoMesh
internal import Foundation
internal import Hummingbird
internal import Logging
internal import Synchronization

/// A login provider on loopback that does what a test tells it to.
package final class FakeProvider: Sendable {
  package let port = FreePort.find(1).first ?? 0
  private let state = Mutex(State())

  package init() {}

  package struct State: Sendable {
    /// What the code of a login will be worth.
    package var idToken = ""
    /// Instead of the documents that would be right.
    package var description: String?
    package var keys: [String] = []
    /// The challenge that goes with each code.
    package var challenges: [String: String] = [:]
    package var tokenStatus = 200
    package var requests: [String] = []
    package var forms: [[String: String]] = []
    package var authorizations: [String] = []
  }

  package var issuer: String { "http://127.0.0.1:\(port)/realm" }

  package func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
  package func read<Value: Sendable>(_ body: (State) -> Value) -> Value {
    state.withLock { body($0) }
  }

  package func run() async throws {
    let router = Router()
    router.get("realm/.well-known/openid-configuration") { [self] _, _ in
      note("description")
      return text(
        read(\.description) ?? """
          {"issuer":"\(issuer)","authorization_endpoint":"\(issuer)/authorize",
           "token_endpoint":"\(issuer)/token","jwks_uri":"\(issuer)/keys","other":{"x":[1]}}
          """)
    }
    router.get("realm/keys") { [self] _, _ in
      note("keys")
      return text("{\"keys\":[\(read { $0.keys.joined(separator: ",") })]}")
    }
    router.post("realm/token") { [self] request, _ in
      note("token")
      let body = try await request.body.collect(upTo: 65_536)
      let fields = Self.fields(String(buffer: body))
      change {
        $0.forms.append(fields)
        $0.authorizations.append(request.headers[.authorization] ?? "")
      }
      let challenge = Self.challenge(fields["code_verifier"] ?? "")
      let expected = read { $0.challenges[fields["code"] ?? ""] }
      guard challenge == expected, read(\.tokenStatus) == 200 else {
        return Response(status: .badRequest)
      }
      return text("{\"id_token\":\"\(read(\.idToken))\",\"access_token\":\"x\"}")
    }
    let app = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
      logger: Logger(label: "provider") { _ in SwiftLogNoOpLogHandler() })
    try await app.run()
  }

  private func note(_ request: String) { change { $0.requests.append(request) } }

  private func text(_ body: String) -> Response {
    Response(status: .ok, body: .init(byteBuffer: .init(string: body)))
  }

  package static func fields(_ text: String) -> [String: String] {
    var fields: [String: String] = [:]
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      fields[String(parts[0])] = String(parts[1]).removingPercentEncoding
    }
    return fields
  }

  private static func challenge(_ verifier: String) -> String {
    Data(SHA256.hash(data: Data(verifier.utf8))).base64EncodedString()
      .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
      .replacingOccurrences(of: "=", with: "")
  }
}
