internal import Crypto
package import FeedbackLoop
internal import Foundation
package import YAMLNodes

/// Reads every response policy of a folder, all or none.
package enum PolicyFolder {
  /// Policies in the order of their file names; the first that matches a detection answers it.
  package static func load(_ path: String) throws(Diagnostics) -> [ResponsePolicy] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path).filter {
        $0.hasSuffix(".yaml") || $0.hasSuffix(".yml")
      }.sorted()
    } catch {
      throw Diagnostics([
        Diagnostic(
          file: path, line: 0, column: 0,
          message: "cannot be listed: \(error.localizedDescription)")
      ])
    }
    var policies: [ResponsePolicy] = []
    var diagnostics: [Diagnostic] = []
    for name in names {
      let file = path + "/" + name
      do {
        let text = try Configuration.readFile(file)
        var policy = try ResponsePolicy.parse(text, file: file)
        policy.source = PolicySource(file: file, digest: digest(of: text))
        if policies.contains(where: { $0.name == policy.name }) {
          diagnostics.append(
            Diagnostic(
              file: file, line: 0, column: 0,
              message: "a second policy is named '\(policy.name)'"))
        }
        policies.append(policy)
      } catch {
        diagnostics += error.all
      }
    }
    guard diagnostics.isEmpty else { throw Diagnostics(diagnostics) }
    guard !policies.isEmpty else {
      throw Diagnostics([
        Diagnostic(file: path, line: 0, column: 0, message: "holds no policy (*.yaml)")
      ])
    }
    return policies
  }

  private static func digest(of text: String) -> String {
    SHA256.hash(data: Data(text.utf8)).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}
