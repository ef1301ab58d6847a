import MeshModel

extension GeneratedTest {
  /// Changes a request so that it fits, or nearly.
  func fit(_ request: inout Request, _ random: inout SeededRandom) {
    guard var text = samples.randomElement(using: &random) else {
      if Bool.random(using: &random) { clear(&request) }
      return
    }
    if modifiers.contains("all") { text = samples.joined(separator: "~") }
    let encodesPath = Int.random(in: 0..<4, using: &random) == 0
    // To the oracle, what begins like an address is one.
    switch Int.random(in: modifiers.contains("cidr") ? 8...8 : 0...8, using: &random) {
    case 0:
      text = String(
        text.map { $0.isUppercase ? Character($0.lowercased()) : Character($0.uppercased()) })
    case 1: text = "pre" + text
    case 2: text += "post"
    case 3: text = "pre" + text + "post"
    case 4: text = String(text.dropLast())
    default: break
    }
    if modifiers.hasPrefix("fieldref") { request.userName = samples[0] }
    set(text, encodesPath, &request, &random)
  }

  private func clear(_ request: inout Request) {
    request.cookie = ""
    request.userAgent = ""
    request.referer = ""
    request.userName = ""
  }

  private func set(
    _ text: String, _ encodesPath: Bool, _ request: inout Request, _ random: inout SeededRandom
  ) {
    switch field {
    case "cs-method":
      request.method = RequestMethod.allCases.first { $0.text == text.uppercased() } ?? .unknown
    case "cs-uri", "cs-uri-query", "c-uri-query": request.path = text
    case "cs-uri-stem", "c-uri-stem":
      request.path = text + (Bool.random(using: &random) ? "?q" : "")
    case "c-uri":
      request.path = text
      if Bool.random(using: &random) { request.authority = "" }
    case "c-uri-extension": request.path = "/a.b/c." + text
    case "cs-host", "r-dns": request.authority = text + (Bool.random(using: &random) ? ":80" : "")
    case "cs-user-agent", "c-useragent": request.userAgent = text
    case "cs-referer", "cs-referrer": request.referer = text
    case "cs-username": request.userName = text
    case "cs-cookie": request.cookie = text
    case "cs-content-type": request.contentType = text
    case "c-ip", "src_ip": request.clientAddress = text
    case "sc-status": request.status = UInt16(text) ?? 0
    case "cs-bytes": request.requestBytes = UInt32(text) ?? 0
    case "sc-bytes": request.responseBytes = UInt32(text) ?? 0
    default:
      if encodesPath {
        request.path =
          "/" + text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      } else {
        request.userAgent = text
      }
    }
  }
}
