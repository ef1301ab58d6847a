internal import CCurl
internal import MeshModel
internal import Synchronization

/// One request on its way. All but its cancelling happens on one thread.
final class HTTPCall: Sendable {
  private let request: HTTPRequest
  private let destinations: DestinationPolicy
  private let consumer: (@Sendable ([UInt8]) -> Bool)?
  private let progress = Atomic(Progress.waiting)
  /// The consumer wants no more.
  private let isEnough = Atomic(false)

  private enum Progress: UInt8, AtomicRepresentable {
    case waiting, begun, cancelled
  }

  init(
    _ request: HTTPRequest, to destinations: DestinationPolicy,
    _ consumer: (@Sendable ([UInt8]) -> Bool)? = nil
  ) {
    self.request = request
    self.destinations = destinations
    self.consumer = consumer
  }

  /// False when it was cancelled before.
  func begin() -> Bool {
    progress.compareExchange(expected: .waiting, desired: .begun, ordering: .relaxed).exchanged
  }

  /// Says whether it had begun: else it never will.
  func cancel() -> Bool {
    progress.exchange(.cancelled, ordering: .relaxed) == .begun
  }

  /// Throws `HTTPError` or `CancellationError`.
  func perform(on handle: OpaquePointer?) throws -> HTTPResponse {
    guard let handle else { throw HTTPError(code: 27, description: "out of memory") }
    let strings = CStrings()
    defer { strings.free() }
    var response = ccurl_response()
    let code = (request.body ?? []).withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { bytes in
        var raw = raw(strings)
        if request.body != nil {
          raw.body = bytes.baseAddress ?? strings.add("")
          raw.body_length = bytes.count
        }
        let lines = request.headers.map { strings.add($0) } + [nil]
        return lines.withUnsafeBufferPointer { lines in
          raw.headers = lines.baseAddress
          return ccurl_perform(handle, &raw, &response)
        }
      }
    }
    defer { ccurl_free(&response) }
    if code == CCURL_CANCELLED { throw CancellationError() }
    if code == 23, isEnough.load(ordering: .relaxed) { return HTTPResponse(status: 200, body: []) }
    guard code == 0 else {
      throw HTTPError(code: Int(code), description: String(cString: ccurl_error_text(code)))
    }
    let body = response.body.map { bytes in
      UnsafeRawBufferPointer(start: bytes, count: response.body_length).map { $0 }
    }
    return HTTPResponse(
      status: response.status, headers: Self.headers(in: response), body: body ?? [])
  }

  private func raw(_ strings: CStrings) -> ccurl_request {
    var raw = ccurl_request()
    raw.url = strings.add(request.url)
    raw.method = strings.add(request.method)
    raw.unix_socket = request.unixSocket.flatMap(strings.add)
    raw.roots = (request.tls?.roots).flatMap(strings.add)
    raw.certificate = (request.tls?.certificate).flatMap(strings.add)
    raw.key = (request.tls?.key).flatMap(strings.add)
    raw.verifies_name = request.tls?.verifiesName == false ? 0 : 1
    raw.accepts_gzip = request.acceptsGzip ? 1 : 0
    raw.maximum_redirects = request.maximumRedirects
    raw.timeout_milliseconds = request.timeoutMilliseconds
    raw.maximum_bytes = request.maximumBytes
    raw.context = Unmanaged.passUnretained(self).toOpaque()
    raw.is_cancelled = { context in HTTPCall.from(context)?.mustStop == false ? 0 : 1 }
    if consumer != nil {
      raw.on_bytes = { bytes, count, context in
        let bytes = UnsafeRawBufferPointer(start: bytes, count: count)
        return HTTPCall.from(context)?.take(bytes) == true ? count : 0
      }
    }
    if destinations != .any {
      raw.may_connect = { bytes, count, context in
        let bytes = UnsafeRawBufferPointer(start: bytes, count: count)
        return HTTPCall.from(context)?.mayConnect(to: bytes) == true ? 1 : 0
      }
    }
    return raw
  }

  private var mustStop: Bool { progress.load(ordering: .relaxed) == .cancelled }

  private func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if let consumer, !isEnough.load(ordering: .relaxed), !consumer([UInt8](bytes)) {
      isEnough.store(true, ordering: .relaxed)
    }
    return !isEnough.load(ordering: .relaxed)
  }

  private func mayConnect(to bytes: UnsafeRawBufferPointer) -> Bool {
    let bits = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    let address =
      bytes.count == 4
      ? IPPrefix(family: .v4, bits: bits << 96, length: 32)
      : IPPrefix(family: .v6, bits: bits, length: 128)
    return destinations.allows(address) { address in
      let bytes = (0..<address.length / 8).map {
        UInt8(truncatingIfNeeded: address.bits >> UInt128(120 - 8 * $0))
      }
      return ccurl_is_own(bytes, bytes.count) != 0
    }
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> HTTPCall? {
    context.map { Unmanaged<HTTPCall>.fromOpaque($0).takeUnretainedValue() }
  }

  private static func headers(in response: ccurl_response) -> [String: String] {
    let bytes = UnsafeRawBufferPointer(start: response.headers, count: response.headers_length)
    var headers: [String: String] = [:]
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      let value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
        .split(separator: UInt8(ascii: "\r"), maxSplits: 1).first
      headers[String(decoding: line[..<colon], as: UTF8.self).lowercased()] =
        value.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    return headers
  }
}
