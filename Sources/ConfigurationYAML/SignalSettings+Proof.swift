internal import Foundation
package import Signals
package import YAMLNodes

extension SignalSettings.Proof {
  /// With the secrets that its files hold now.
  package func loaded() throws(Diagnostics) -> SenderProof {
    switch self {
    case .bearer(let tokens): .bearer(tokens)
    case .certificate(let identities): .certificate(identities)
    case .hubSignature(let files):
      .hubSignature(
        try Self.keys(files, "a text of 16 to 256 bytes") { file, text in
          WebhookKey(id: file.name, hub: text, notAfter: file.notAfter)
        })
    case .standardWebhooks(let files):
      .standardWebhooks(
        try Self.keys(files, "whsec_ and 24 to 64 bytes in base 64") { file, text in
          WebhookKey(id: file.name, standardWebhooks: text, notAfter: file.notAfter)
        })
    }
  }

  private static func keys(
    _ files: [SignalSettings.KeyFile], _ form: String,
    _ key: (SignalSettings.KeyFile, String) -> WebhookKey?
  ) throws(Diagnostics) -> [WebhookKey] {
    var keys: [WebhookKey] = []
    for file in files {
      let text = try Configuration.readFile(file.path)
        .trimmingCharacters(in: .whitespacesAndNewlines)
      guard let key = key(file, text) else {
        throw Diagnostics([
          Diagnostic(
            file: file.path, line: 0, column: 0, message: "holds no key: it must be \(form)")
        ])
      }
      keys.append(key)
    }
    return keys
  }
}

extension SignalSettings.KeyFile {
  /// How logs name its key.
  fileprivate var name: String { URL(fileURLWithPath: path).lastPathComponent }
}
