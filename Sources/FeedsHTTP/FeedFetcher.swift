internal import CurlHTTP
package import MeshModel
package import ThreatIntelligence

/// Brings one feed from where it is.
package struct FeedFetcher: Sendable {
  private let settings: FeedSettings
  private let allowed: [IPPrefix]
  private let queue: FeedQueue
  private let files: FeedFiles
  private let secrets: FeedFiles

  /// `allowed`: private blocks that it may be fetched from. On `queue` what came is hashed and read.
  package init(
    settings: FeedSettings, allowed: [IPPrefix], on queue: FeedQueue, reading files: FeedFiles,
    secrets: FeedFiles
  ) {
    self.files = files
    self.secrets = secrets
    self.settings = settings
    self.allowed = allowed
    self.queue = queue
  }

  /// Nil when what is known by `mark` is still the newest.
  package func fetch(
    unless mark: FeedMark?, at now: Timestamp
  ) async throws(FetchFailure) -> FeedDocuments? {
    switch settings.place {
    case .file(let path): return try await file(path, unless: mark, at: now)
    case .url(let url):
      let client = try await FeedClient(settings, allowing: allowed, reading: secrets)
      switch settings.format {
      case .list:
        return try await document(
          url, "text/plain, text/csv, */*", ThreatLimits.feedBytes, client, mark, now)
      case .stix:
        return try await document(
          url, "application/stix+json, application/json, */*", ThreatLimits.documentBytes, client,
          mark, now)
      case .misp: return try await events(Self.folder(url), client, mark, now)
      case .taxii(let collection):
        let server = TAXIIClient(url: url, client: client, queue: queue)
        return try await server.objects(of: collection, unless: mark, at: now)
      }
    }
  }

  private func document(
    _ url: String, _ accept: String, _ limit: Int, _ client: FeedClient, _ mark: FeedMark?,
    _ now: Timestamp
  ) async throws(FetchFailure) -> FeedDocuments? {
    let response = try await client.get(url, accept: accept, atMost: limit, unless: mark)
    guard response.status == 200 else { return nil }
    let new = await self.mark(response)
    guard new.digest != mark?.digest else { return nil }
    return FeedDocuments(documents: [response.body], mark: new, fetchedAt: now)
  }

  private func events(
    _ folder: String, _ client: FeedClient, _ mark: FeedMark?, _ now: Timestamp
  ) async throws(FetchFailure) -> FeedDocuments? {
    let json = "application/json"
    let manifest = try await client.get(
      folder + "manifest.json", accept: json, atMost: ThreatLimits.documentBytes, unless: mark)
    guard manifest.status == 200 else { return nil }
    let new = await self.mark(manifest)
    guard new.digest != mark?.digest else { return nil }
    var documents: [[UInt8]] = []
    var bytes = 0
    let names = try await queue.run { () throws(FetchFailure) in
      try MISPManifest.events(manifest.body)
    }
    for event in names {
      let left = min(ThreatLimits.documentBytes, ThreatLimits.feedBytes - bytes)
      let response = try await client.get(folder + event + ".json", accept: json, atMost: left)
      bytes += response.body.count
      documents.append(response.body)
    }
    return FeedDocuments(documents: documents, mark: new, fetchedAt: now)
  }

  private func file(
    _ path: String, unless mark: FeedMark?, at now: Timestamp
  ) async throws(FetchFailure) -> FeedDocuments? {
    let limit: Int
    if case .list = settings.format {
      limit = ThreatLimits.feedBytes
    } else {
      limit = ThreatLimits.documentBytes
    }
    let bytes = try await files.bytes(
      of: path, upTo: limit + 1, withinSeconds: settings.policy.patienceSeconds)
    guard bytes.count <= limit else { throw .tooLarge }
    let new = FeedMark(digest: await digest(bytes))
    guard new.digest != mark?.digest else { return nil }
    return FeedDocuments(documents: [bytes], mark: new, fetchedAt: now)
  }

  private func mark(_ response: HTTPResponse) async -> FeedMark {
    func header(_ name: String) -> String? {
      response.headers[name].flatMap { $0.utf8.count <= ThreatLimits.linkBytes ? $0 : nil }
    }
    return FeedMark(
      etag: header("etag"), lastModified: header("last-modified"),
      digest: await digest(response.body))
  }

  private func digest(_ bytes: [UInt8]) async -> UInt64 {
    await queue.run {
      var hash = StableHash()
      hash.combine(bytes.span.bytes, bytes.indices)
      return hash.value
    }
  }

  private static func folder(_ url: String) -> String { url.hasSuffix("/") ? url : url + "/" }
}
