package import Anomaly
internal import Logging
internal import ServiceLifecycle

/// Saves what the shards learned, now and then and at the end; brings it back at the start.
package struct ReferenceKeeper: Service {
  private let scoring: Scoring
  private let store: any ReferenceStore
  private let logger = Logger(label: "flyball.references")

  package init(scoring: Scoring, store: any ReferenceStore) {
    self.scoring = scoring
    self.store = store
  }

  /// What cannot be read is set aside and said; scoring then starts cold.
  package func restore() async throws {
    guard let bytes = try await store.load() else { return }
    do {
      try await scoring.restore(bytes)
      let entities = await scoring.entityCount()
      logger.info("references read", metadata: ["entities": "\(entities)"])
    } catch {
      let aside = try await store.setAside()
      logger.error(
        "references cannot be used: learning starts anew",
        metadata: ["reason": "\(error)", "kept": "\(aside)"])
    }
  }

  package func run() async throws {
    try? await cancelWhenGracefulShutdown {  // Ends by cancellation only.
      while true {
        try await Task.sleep(for: Self.interval)
        await save()
      }
    }
    await save()
  }

  private func save() async {
    let references = await scoring.references()
    do {
      try await store.save(references)
    } catch {
      logger.error("references not saved", metadata: ["error": "\(error)"])
    }
  }

  /// What a crash may forget of hours of learning.
  private static let interval: Duration = .seconds(300)
}
