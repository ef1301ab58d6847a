package import Access
internal import MeshModel
package import YAMLNodes
internal import Yams

/// The file of tokens: who bears each, what it is good for, and a hash of its secret.
package enum TokenFile {
  package static func parse(_ text: String, file: String) throws(Diagnostics) -> [TokenRecord] {
    var reader = YAMLReader(file: file)
    let root: Node
    do {
      root = try YAMLDocument.parse(text, file: file)
    } catch {
      throw Diagnostics([error])
    }
    let tokens = reader.tokens(root)
    guard reader.diagnostics.isEmpty else { throw Diagnostics(reader.diagnostics) }
    return tokens
  }

  /// What `parse` reads back as the same.
  package static func text(_ tokens: [TokenRecord]) -> String {
    var lines = ["apiVersion: flyball.dev/v1alpha1", "kind: Tokens"]
    lines.append(tokens.isEmpty ? "tokens: []" : "tokens:")
    for token in tokens {
      lines += [
        "  - id: \"\(token.id)\"", "    operator: \"\(token.operator)\"",
        "    sha256: \"\(token.digest.hexadecimal)\"",
        "    grants: [\(token.grants.map(\.yaml).joined(separator: ", "))]",
        "    expires: \"\(token.expires.rfc3339)\"",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Grant {
  /// As configurations and token files hold it.
  var yaml: String { "{\(yamlFields)}" }

  var yamlFields: String {
    let place =
      switch namespaces {
      case .all: "all"
      case .named(let names): "[" + names.sorted().map { "\"\($0)\"" }.joined(separator: ", ") + "]"
      }
    return "role: \(role.rawValue), namespaces: \(place)"
  }
}

extension YAMLReader {
  fileprivate mutating func tokens(_ root: Node) -> [TokenRecord] {
    let top = fields(of: root, "the token file", required: ["apiVersion", "kind", "tokens"])
    expect("Tokens", top)
    let items = list(top["tokens"], "tokens")
    if let node = top["tokens"], items.count > AccessBounds.tokens {
      fail("more than \(AccessBounds.tokens) tokens; revoke those that have expired", at: node)
    }
    var ids: Set<String> = []
    return items.prefix(AccessBounds.tokens).compactMap { item in
      guard let token = token(item) else { return nil }
      if !ids.insert(token.id).inserted { fail("token \(token.id) is here twice", at: item) }
      return token
    }
  }

  private mutating func token(_ node: Node) -> TokenRecord? {
    let fields = fields(
      of: node, "a token", required: ["id", "operator", "sha256", "grants", "expires"])
    let grants = grants(fields["grants"], "grants")
    let name = operatorName(fields["operator"])
    let id = tokenID(fields["id"])
    let digest = digest(fields["sha256"])
    let expires = time(fields["expires"], "expires")
    guard let id, let name, let digest, let expires else { return nil }
    return TokenRecord(id: id, operator: name, digest: digest, grants: grants, expires: expires)
  }

  mutating func tokenID(_ node: Node?) -> String? {
    guard let node else { return nil }
    guard let id = node.scalar?.string, AccessToken.isID(id) else {
      fail("id must be 16 hexadecimal digits", at: node)
      return nil
    }
    return id
  }

  mutating func digest(_ node: Node?) -> Digest? {
    guard let node else { return nil }
    guard let digest = node.scalar.flatMap({ Digest(hexadecimal: $0.string) }) else {
      fail("sha256 must be 64 hexadecimal digits", at: node)
      return nil
    }
    return digest
  }

  mutating func time(_ node: Node?, _ what: String) -> Timestamp? {
    guard let node else { return nil }
    guard let time = node.scalar.flatMap({ Timestamp(rfc3339: $0.string) }) else {
      fail("\(what) must be a time such as 2027-01-31T12:00:00Z", at: node)
      return nil
    }
    return time
  }
}
