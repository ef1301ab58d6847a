import MeshModel
import Sigma

/// Requests made of a rule's own literals, so that they match often and miss narrowly.
enum FittingRequest {
  static func make(_ rule: CompiledRule, _ random: inout SeededRandom) -> Request {
    var request = Request(scheme: "https", authority: "h.example", userAgent: "Mozilla/5.0")
    if Bool.random(using: &random) { request.referer = "https://r.example/" }
    var texts: [RequestField: [String]] = [:]
    let share = Int.random(in: 3...10, using: &random)
    for item in rule.items where Int.random(in: 0..<10, using: &random) < share {
      switch item.operation {
      case .text(let patterns):
        guard let pattern = patterns.randomElement(using: &random) else { continue }
        texts[item.field, default: []].append(text(pattern, &random))
      case .number(_, let value): texts[item.field] = [String(Int(value))]
      case .network(let prefixes): texts[item.field] = [prefixes[0].address]
      case .exists, .field: continue
      }
    }
    for (field, parts) in texts.sorted(by: { $0.key.rawValue > $1.key.rawValue }) {
      set(field, parts.joined(separator: ["", "/"].randomElement(using: &random) ?? ""), &request)
    }
    return request
  }

  /// Texts that fit the few expressions of public rules.
  private static let expressionSamples = [
    "/1.zip?d=9.9.9.9", "ipfs.io/a.b@c.de", String(repeating: "h", count: 150),
  ]

  private static func text(_ pattern: TextPattern, _ random: inout SeededRandom) -> String {
    guard case .wildcard(let wildcard) = pattern else {
      return expressionSamples.randomElement(using: &random) ?? ""
    }
    var text = ""
    for piece in wildcard.pieces {
      switch piece {
      case .literal(let bytes): text += String(decoding: bytes, as: UTF8.self)
      case .oneCharacter: text += "q"
      case .anyText: text += ["", "", "z", "/"].randomElement(using: &random) ?? ""
      }
    }
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return text.uppercased()
    case 1: return text + "x"
    case 2: return "x" + text
    case 3: return String(text.dropFirst())
    default: return text
    }
  }

  private static func set(_ field: RequestField, _ text: String, _ request: inout Request) {
    switch field {
    case .method:
      request.method = RequestMethod.allCases.first { $0.text == text.uppercased() } ?? .get
    case .path, .pathOnly, .uri:
      request.path = request.path == "/" ? text : request.path + text
    case .pathExtension: request.path += "." + text
    case .authority, .host: request.authority = text
    case .userAgent: request.userAgent = text
    case .referer: request.referer = text
    case .clientAddress: request.clientAddress = text
    case .destinationAddress: request.destinationAddress = text
    case .userName: request.userName = text
    case .cookie: request.cookie = text
    case .contentType: request.contentType = text
    case .status: request.status = UInt16(text) ?? 0
    case .requestBytes: request.requestBytes = UInt32(text) ?? 0
    case .responseBytes: request.responseBytes = UInt32(text) ?? 0
    case .keywords: request.path += text
    }
  }
}
