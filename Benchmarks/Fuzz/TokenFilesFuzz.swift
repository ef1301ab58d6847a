internal import Access
internal import YAMLNodes

/// Files of tokens: read within the bounds or refused with a place, and what is read is written and
/// read again as the same.
enum TokenFilesFuzz {
  static func run(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    do throws(Diagnostics) {
      let tokens = try TokenFile.parse(text, file: "t")
      precondition(tokens.count <= AccessBounds.tokens)
      precondition(Set(tokens.map(\.id)).count == tokens.count)
      for token in tokens {
        precondition((1...AccessBounds.grants).contains(token.grants.count))
        precondition(Operator.isName(token.operator) && AccessToken.isID(token.id))
      }
      // What is cut off beyond a second cannot be written otherwise.
      guard let again = try? TokenFile.parse(TokenFile.text(tokens), file: "t") else {
        preconditionFailure("what was written is not read")
      }
      precondition(again == tokens)
    } catch {
      precondition(!error.all.isEmpty)
    }
  }
}
