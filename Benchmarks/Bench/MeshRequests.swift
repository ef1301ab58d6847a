internal import MeshModel
internal import Sigma

/// Requests as services of a mesh send them, and as attackers might.
struct MeshRequests {
  /// One after the other, as in a message.
  private(set) var bytes: [UInt8] = []
  private(set) var fields: [RequestFields] = []

  private static let agents = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
      + " Chrome/126.0.0.0 Safari/537.36",
    "grpc-go/1.59.0", "python-requests/2.31.0", "okhttp/4.12.0", "curl/8.5.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
  ]

  /// Benign ones, from a seed.
  init(count: Int, seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<count {
      let service = ["cart", "checkout", "orders", "payments", "catalog", "users"][
        Int.random(in: 0..<6, using: &random)]
      let number = String(UInt32.random(in: 0...(.max), using: &random), radix: 16)
      let path =
        switch Int.random(in: 0..<5, using: &random) {
        case 0: "/api/v1/\(service)/\(number)/items?page=3&size=50"
        case 1: "/\(service).v1.Service/Get"
        case 2: "/\(service)/search?q=\(number)&sort=asc&session=\(number)\(number)"
        case 3: "/assets/app.\(number).js"
        default: "/\(service)/\(number)-1f2e-4c3d-8b9a-\(number)01?expand=lines,customer"
        }
      add(
        method: [.get, .get, .post][Int.random(in: 0..<3, using: &random)], path: path,
        authority: "\(service).shop.svc.cluster.local:8080",
        userAgent: Self.agents[Int.random(in: 0..<Self.agents.count, using: &random)],
        referer: Bool.random(using: &random)
          ? "" : "https://shop.example.com/products/\(number)")
    }
  }

  /// One with a path of `unit` again and again.
  init(repeating unit: String, bytes count: Int) {
    let times = count / unit.utf8.count + 1
    add(
      method: .get, path: String(String(repeating: unit, count: times).prefix(count)),
      authority: "shop",
      userAgent: "curl/8.5.0", referer: "")
  }

  private mutating func add(
    method: RequestMethod, path: String, authority: String, userAgent: String, referer: String
  ) {
    var request = RequestFields(method: method, status: 200)
    request.scheme = place("http")
    request.authority = place(authority)
    request.path = place(path)
    request.userAgent = place(userAgent)
    request.referer = place(referer)
    request.clientAddress = place("10.1.2.3")
    request.responseBytes = 512
    fields.append(request)
  }

  private mutating func place(_ text: String) -> ByteRange {
    let start = bytes.count
    bytes += text.utf8
    return ByteRange(start: UInt32(start), count: UInt32(bytes.count - start))
  }
}
