internal import Access
internal import Foundation
internal import MeshModel
internal import YAMLNodes

extension ConfigurationFile {
  /// The token file: who may write it, what it says, and whom it lets in.
  func tokenChecks(at now: Timestamp) -> [ConfigurationCheck] {
    guard let api = configuration.api, let path = api.tokens else { return [] }
    let what = Field.tokens.name
    guard !TokenFile.isWritableByOthers(path) else {
      return [
        check(
          what, .tokens,
          wrong: "\(what): others than its owner may write \(path), and let in whom they like",
          fix: "chmod 600 \(path), and look at what it lists")
      ]
    }
    let tokens: [TokenRecord]
    do {
      tokens = try TokenFile.load(path)
    } catch {
      return error.all.map { mistake in
        ConfigurationCheck(
          what: what,
          outcome: .wrong(mistake, fix: "correct it, or revoke and create the token anew"))
      }
    }
    let known = Set(api.operators.map(\.name))
    let strangers = Set(tokens.map(\.operator)).subtracting(known).sorted()
    guard strangers.isEmpty else {
      return [
        check(
          what, .tokens,
          doubtful: "\(what): tokens of \(strangers.joined(separator: ", ")) are refused: no such"
            + " operator", fix: "revoke them, or add the operators to api.operators")
      ]
    }
    let live = tokens.count { now < $0.expires }
    guard
      live > 0 || api.login != nil || api.operators.contains(where: { !$0.certificates.isEmpty })
    else {
      return [
        check(
          what, .tokens,
          doubtful: "\(what): \(path) has no token that is valid, so nobody can come in",
          fix: "flyball token create --config \(file) --operator NAME")
      ]
    }
    return [
      ConfigurationCheck(what: what, outcome: .sound("\(live) of \(tokens.count) tokens are valid"))
    ]
  }
}
