internal import CurlHTTP
internal import MeshModel
internal import ThreatIntelligence

/// Reads one collection of a TAXII 2.1 server, page by page.
///
/// Whatever the server says, all requests go to the origin that the configuration names: they bear
/// what lets us in.
struct TAXIIClient: Sendable {
  let url: String
  let client: FeedClient
  let queue: FeedQueue

  /// Nil when nothing was added since `mark`.
  func objects(
    of name: String, unless mark: FeedMark?, at now: Timestamp
  ) async throws(FetchFailure) -> FeedDocuments? {
    let collection = try await collection(name)
    if let added = mark?.lastAdded, let whole = mark?.wholeReadAt,
      now < Timestamp(seconds: whole + ThreatLimits.wholeReadSeconds)
    {
      let page = try await get(
        Self.query(collection, limit: 1, "added_after=\(Self.encoded(added))"),
        atMost: ThreatLimits.documentBytes)
      if try await read(page).isEmpty { return nil }
    }
    var documents: [[UInt8]] = []
    var bytes = 0
    var position: String?
    var lastAdded: String?
    while documents.count < ThreatLimits.pages {
      let response = try await get(
        Self.query(collection, limit: ThreatLimits.pageObjects, position),
        atMost: min(ThreatLimits.documentBytes, ThreatLimits.feedBytes - bytes))
      bytes += response.body.count
      documents.append(response.body)
      lastAdded = Self.lastAdded(response) ?? lastAdded
      let page = try await read(response)
      guard page.hasMore else {
        return FeedDocuments(
          documents: documents,
          mark: FeedMark(lastAdded: lastAdded, wholeReadAt: now.second), fetchedAt: now)
      }
      let next =
        page.next.map { "next=\(Self.encoded($0))" }
        ?? Self.lastAdded(response).map { "added_after=\(Self.encoded($0))" }
      // Some servers call all pages by one name, so that the name is the same says nothing.
      guard let next, !page.isEmpty else {
        throw .unreadable("there are more pages, and it does not say where")
      }
      position = next
    }
    throw .unreadable("more than \(ThreatLimits.pages) pages")
  }

  /// The address of a collection, behind discovery if that is what the configuration names.
  private func collection(_ name: String) async throws(FetchFailure) -> String {
    let given = url.hasSuffix("/") ? url : url + "/"
    let first = try await get(given, atMost: ThreatLimits.documentBytes)
    var roots = [given]
    let named = try await queue.run { () throws(FetchFailure) in
      try TAXIIDocument.apiRoots(first.body)
    }
    if let named {
      roots = []
      for root in named { roots.append(try absolute(root)) }
    }
    for root in roots {
      let list = try await get(root + "collections/", atMost: ThreatLimits.documentBytes)
      let found = try await queue.run { () throws(FetchFailure) in
        try TAXIIDocument.collection(name, in: list.body)
      }
      if let id = found {
        return "\(root)collections/\(Self.encoded(id))/"
      }
    }
    throw .unreadable("no collection '\(name)' that may be read")
  }

  private func absolute(_ root: String) throws(FetchFailure) -> String {
    let origin = Self.origin(url)
    let address = root.hasPrefix("/") && !root.hasPrefix("//") ? origin + root : root
    guard Self.origin(address) == origin else {
      throw .unreadable("its API root is on another host")
    }
    return address.hasSuffix("/") ? address : address + "/"
  }

  private func get(_ url: String, atMost bytes: Int) async throws(FetchFailure) -> HTTPResponse {
    try await client.get(url, accept: "application/taxii+json;version=2.1", atMost: bytes)
  }

  private func read(_ page: HTTPResponse) async throws(FetchFailure) -> TAXIIDocument.Page {
    try await queue.run { () throws(FetchFailure) in try TAXIIDocument.page(page.body) }
  }

  private static func lastAdded(_ response: HTTPResponse) -> String? {
    response.headers["x-taxii-date-added-last"].flatMap {
      $0.utf8.count <= ThreatLimits.linkBytes ? $0 : nil
    }
  }

  private static func query(_ collection: String, limit: Int, _ position: String?) -> String {
    "\(collection)objects/?match%5Btype%5D=indicator&limit=\(limit)"
      + (position.map { "&\($0)" } ?? "")
  }

  /// Scheme, host and port, in small letters.
  private static func origin(_ url: String) -> String {
    guard let start = url.firstRange(of: "://")?.upperBound else { return "" }
    let end = url[start...].firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? url.endIndex
    return url[..<end].lowercased()
  }

  /// RFC 3986: all but the unreserved characters by their numbers.
  private static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return text.utf8.reduce(into: "") { result, byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 0xF)])"
      }
    }
  }
}
