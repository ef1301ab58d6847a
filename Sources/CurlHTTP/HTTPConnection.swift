internal import CCurl
internal import Dispatch

/// A client that keeps its connection between requests, one request at a time.
package final class HTTPConnection: Sendable {
  private struct Handle: @unchecked Sendable {
    // Touched only on `queue`, which is serial.
    let pointer: OpaquePointer?
  }

  private let handle = Handle(pointer: ccurl_open())
  private let queue = DispatchQueue(label: "flyball.http")

  package init() {}

  deinit {
    ccurl_close(handle.pointer)
  }

  package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    try await withCheckedThrowingContinuation { continuation in
      queue.async {
        continuation.resume(with: Result { try Self.perform(request, self.handle.pointer) })
      }
    }
  }

  /// Gives the body of a response of status 200 piece by piece until `take` says false.
  package func stream(
    _ request: HTTPRequest, to take: @escaping @Sendable ([UInt8]) -> Bool
  ) async throws -> HTTPResponse {
    try await withCheckedThrowingContinuation { continuation in
      queue.async {
        let sink = Sink(take)
        let result = Result { try Self.perform(request, self.handle.pointer, sink) }
        if case .failure(let error as HTTPError) = result, error.code == 23, sink.isEnough {
          continuation.resume(returning: HTTPResponse(status: 200, body: []))
        } else {
          continuation.resume(with: result)
        }
      }
    }
  }

  private static func perform(
    _ request: HTTPRequest, _ handle: OpaquePointer?, _ sink: Sink? = nil
  ) throws(HTTPError) -> HTTPResponse {
    guard let handle else { throw HTTPError(code: 27, description: "out of memory") }
    let strings = CStrings()
    defer { strings.free() }
    let body = request.body ?? []
    var response = ccurl_response()
    let code = body.withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { bytes in
        var raw = ccurl_request()
        raw.url = strings.add(request.url)
        raw.method = strings.add(request.method)
        raw.unix_socket = request.unixSocket.flatMap(strings.add)
        raw.roots = (request.tls?.roots).flatMap(strings.add)
        raw.certificate = (request.tls?.certificate).flatMap(strings.add)
        raw.key = (request.tls?.key).flatMap(strings.add)
        raw.timeout_milliseconds = request.timeoutMilliseconds
        raw.maximum_bytes = request.maximumBytes
        if let sink {
          raw.context = Unmanaged.passUnretained(sink).toOpaque()
          raw.on_bytes = { bytes, count, context in
            guard let bytes, let context else { return 0 }
            let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
            return sink.take(UnsafeRawBufferPointer(start: bytes, count: count)) ? count : 0
          }
        }
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
    defer { ccurl_free(response.body) }
    guard code == 0 else {
      throw HTTPError(code: Int(code), description: String(cString: ccurl_error_text(code)))
    }
    let received = response.body.map { bytes in
      UnsafeRawBufferPointer(start: bytes, count: response.body_length).map { $0 }
    }
    return HTTPResponse(status: response.status, body: received ?? [])
  }
}

/// Takes a body while one call lasts, on its thread.
private final class Sink {
  private let consumer: ([UInt8]) -> Bool
  /// The consumer wants no more.
  private(set) var isEnough = false

  init(_ consumer: @escaping ([UInt8]) -> Bool) {
    self.consumer = consumer
  }

  func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    isEnough = isEnough || !consumer([UInt8](bytes))
    return !isEnough
  }
}

/// C strings that live as long as one call.
private final class CStrings {
  private var pointers: [UnsafeMutablePointer<CChar>] = []

  func add(_ text: String) -> UnsafePointer<CChar>? {
    let bytes = text.utf8CString
    let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
    bytes.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { pointer.initialize(from: base, count: bytes.count) }
    }
    pointers.append(pointer)
    return UnsafePointer(pointer)
  }

  func free() {
    for pointer in pointers { pointer.deallocate() }
  }
}
