internal import CCurl
internal import Dispatch

/// A client that keeps its connection between requests, one request at a time.
///
/// A task that is cancelled gets a `CancellationError` at once; if its request had begun, the connection
/// is closed.
package final class HTTPConnection: Sendable {
  private struct Handle: @unchecked Sendable {
    // Touched only on `queue`, which is serial; waking it is allowed from anywhere.
    let pointer: OpaquePointer?
  }

  private let handle = Handle(pointer: ccurl_open())
  private let queue = DispatchQueue(label: "flyball.http")
  // Of the connection and not of a request, so that none goes over one that another policy allowed.
  private let destinations: DestinationPolicy

  package init(to destinations: DestinationPolicy = .any) {
    self.destinations = destinations
  }

  deinit {
    ccurl_close(handle.pointer)
  }

  package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    try await perform(HTTPCall(request, to: destinations))
  }

  /// Gives the body of a response of status 200 piece by piece until `take` says false. The server
  /// waits while `take` does.
  package func stream(
    _ request: HTTPRequest, to take: @escaping @Sendable ([UInt8]) -> Bool
  ) async throws -> HTTPResponse {
    try await perform(HTTPCall(request, to: destinations, take))
  }

  private func perform(_ call: HTTPCall) async throws -> HTTPResponse {
    let answer = FirstAnswer<Result<HTTPResponse, any Error>>()
    return try await withTaskCancellationHandler {
      queue.async {
        guard call.begin() else { return }
        answer.give(Result { try call.perform(on: self.handle.pointer) })
      }
      return await answer.wait()
    } onCancel: {
      // One that waits behind another must not wait for its end.
      if !call.cancel() {
        answer.give(.failure(CancellationError()))
      } else if let pointer = handle.pointer {
        ccurl_wake(pointer)
      }
    }.get()
  }
}
