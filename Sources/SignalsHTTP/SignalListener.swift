internal import Access
internal import HTTPTypes
internal import Hummingbird
internal import JSONNodes
internal import Logging
package import LoopRuntime
package import MeshModel
internal import NIOCore
package import NetworkHTTP
internal import ServiceLifecycle
internal import Signals
internal import Synchronization

/// Where other systems deliver their signals: `POST /signals/<sender>`.
///
/// A delivery passes, in this order: its size, the proof of its sender, the sender's budget, the reading,
/// and the record. What was answered with 202 is durable.
package struct SignalListener: Service {
  private let web: WebServer
  private let doors: [String: SenderDoor]
  private let lane: SignalLane
  private let now: @Sendable () -> Timestamp
  private let strangers: Strangers
  private let logger = Logger(label: "flyball.signals")

  package init(
    at web: WebServer, doors: [SenderDoor], lane: SignalLane,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.web = web
    self.doors = Dictionary(doors.map { ($0.name, $0) }) { first, _ in first }
    self.lane = lane
    self.now = now
    strangers = Strangers()
  }

  package func run() async throws {
    let router = Router(context: SignalContext.self)
    router.post("signals/{sender}") { request, context in
      do {
        return try await answer(request, context)
      } catch let refusal as SignalAnswer {
        return refusal.response
      } catch {
        // The sender went away in the middle of its delivery; nobody reads this.
        return SignalAnswer(.badRequest, "the delivery did not arrive").response
      }
    }
    try await web.run(router, logger: logger)
  }

  private func answer(_ request: Request, _ context: SignalContext) async throws -> Response {
    let address = context.channel.clientAddress
    guard let door = context.parameters.get("sender").flatMap({ doors[$0] }) else {
      try admitFailure(of: address)
      throw SignalAnswer(.notFound, "there is no such sender here")
    }
    let peers = try await context.channel.clientIdentities()
    var delivery = SignalDelivery(
      headers: Self.headers(of: request), body: [], peer: peers.count == 1 ? peers[0] : nil)
    try await refuseWhatCannotBeRead(request, of: door)
    if door.proof.needsBody {
      guard strangers.haveRoom(for: address, at: now()) else { throw Self.tooManyFailures }
    } else {
      _ = try await authenticity(of: delivery, door, address)
    }
    guard strangers.enter() else {
      throw await refusal(.serviceUnavailable, "too many deliveries at once", of: door)
    }
    defer { strangers.leave() }
    do {
      let body = try await request.body.collect(upTo: SignalBounds.json.bytes)
      delivery = SignalDelivery(
        headers: delivery.headers, body: Array(buffer: body), peer: delivery.peer)
    } catch is NIOTooManyBytesError {
      throw await refusal(.contentTooLarge, Self.tooLarge, of: door)
    } catch {
      strangers.failed(address, at: now())
      throw error
    }
    let authenticity = try await authenticity(of: delivery, door, address)
    if let full = await lane.admit(door.name) { return SignalAnswer(full).response }
    return try await take(delivery, of: door, authenticity)
  }

  /// What is told before a byte of the body is read.
  private func refuseWhatCannotBeRead(_ request: Request, of door: SenderDoor) async throws {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }),
      length > SignalBounds.json.bytes
    {
      throw await refusal(.contentTooLarge, Self.tooLarge, of: door)
    }
    let encoding = request.headers[.contentEncoding]?.lowercased() ?? "identity"
    guard encoding == "identity" else {
      throw await refusal(
        .unsupportedMediaType, "a delivery must not be compressed: send no Content-Encoding",
        of: door)
    }
  }

  private func authenticity(
    of delivery: SignalDelivery, _ door: SenderDoor, _ address: IPPrefix?
  ) async throws -> Authenticity {
    do {
      return try door.proof.check(delivery, at: now())
    } catch {
      try admitFailure(of: address)
      logger.warning(
        "a delivery is not the sender's own",
        metadata: [
          "sender": "\(door.name)", "address": "\(address?.description ?? "unknown")",
          "reason": "\(error)",
        ])
      throw await refusal(.init(code: error.status), error.answer, of: door)
    }
  }

  /// Who holds the secret is let in whoever else fails from the same address.
  private func admitFailure(of address: IPPrefix?) throws(SignalAnswer) {
    guard strangers.haveRoom(for: address, at: now()) else { throw Self.tooManyFailures }
    strangers.failed(address, at: now())
  }

  private func take(
    _ delivery: SignalDelivery, of door: SenderDoor, _ authenticity: Authenticity
  ) async throws -> Response {
    let reading: SignalReading
    do {
      reading = try door.format.read(delivery, at: now())
    } catch {
      throw await refused(.init(code: error.status), "\(error)", of: door)
    }
    // An Alertmanager that sends all it holds sends our own alerts, too: nothing is wrong with that.
    let unreadable = reading.refused.filter { $0.reason != .own }
    for refused in unreadable {
      logger.warning(
        "a signal cannot be read",
        metadata: [
          "sender": "\(door.name)", "position": "\(refused.position)",
          "reason": "\(refused.reason)",
        ])
    }
    if reading.signals.isEmpty, let first = unreadable.first {
      throw await refused(
        .badRequest, "signal \(first.position): \(first.reason)", of: door)
    }
    let answer = await lane.deliver(
      reading, of: door.name, replayKey: authenticity.replayKey)
    return SignalAnswer(answer, unread: reading.refused.count + reading.leftOut).response
  }

  /// What an authentic sender got wrong, which its operator has to hear of.
  private func refused(
    _ status: HTTPResponse.Status, _ text: String, of door: SenderDoor
  ) async -> SignalAnswer {
    logger.warning(
      "a delivery cannot be read", metadata: ["sender": "\(door.name)", "reason": "\(text)"])
    return await refusal(status, text, of: door)
  }

  private func refusal(
    _ status: HTTPResponse.Status, _ text: String, of door: SenderDoor
  ) async -> SignalAnswer {
    await lane.count(status.code, of: door.name)
    return SignalAnswer(status, text)
  }

  private static func headers(of request: Request) -> [String: [String]] {
    request.headers.reduce(into: [:]) { headers, field in
      headers[field.name.canonicalName, default: []].append(field.value)
    }
  }

  private static let tooManyFailures = SignalAnswer(
    .tooManyRequests, "too many failed attempts from here", retryAfter: 10)
  private static let tooLarge = "a delivery may have \(SignalBounds.json.bytes) bytes"
}

/// Keeps the channel, which knows the other end.
private struct SignalContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }
}
