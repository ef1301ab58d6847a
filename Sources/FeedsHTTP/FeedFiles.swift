internal import CurlHTTP
internal import Dispatch
internal import Foundation
internal import Synchronization
package import ThreatIntelligence

/// Reads files, each on a thread of its own and within a time: a folder of the network that hangs holds
/// up neither other feeds nor the end of the process.
package final class FeedFiles: Sendable {
  /// How many threads were left behind with each path.
  private let left = Mutex<[String: Int]>([:])
  private let timers = DispatchQueue(label: "flyball.feeds.files", qos: .utility)

  package init() {}

  /// The first bytes of a regular file. Links are followed.
  func bytes(
    of path: String, upTo count: Int, withinSeconds seconds: Int64
  ) async throws(FetchFailure) -> [UInt8] {
    try await run(path, withinSeconds: seconds) { () throws(FetchFailure) in
      // What nobody writes to would be waited for.
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else { throw .unreachable("\(path) cannot be opened") }
      let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      var status = Foundation.stat()
      guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        throw .unreachable("\(path) is no regular file")
      }
      do {
        return [UInt8](try handle.read(upToCount: count) ?? Data())
      } catch {
        throw .unreachable("\(path) cannot be read")
      }
    }
  }

  /// Leaves `body` behind when its time is over or its task is cancelled, and refuses the same path until
  /// it has ended.
  package func run<Value: Sendable>(
    _ path: String, withinSeconds seconds: Int64,
    _ body: @escaping @Sendable () throws(FetchFailure) -> Value
  ) async throws(FetchFailure) -> Value {
    let (isLeft, count) = left.withLock { ($0[path] != nil, $0.count) }
    if isLeft { throw .unreachable("\(path): a reading of before still hangs") }
    guard count < ThreatLimits.hangingFiles else {
      throw .unreachable("\(path): not read while \(count) other files hang")
    }
    let answer = FirstAnswer<Result<Value, FetchFailure>>()
    // Under the lock, so that none is noted as left behind that has ended.
    let leave = { @Sendable (reason: String) in
      self.left.withLock { left in
        if answer.give(.failure(.unreachable(reason))) { left[path, default: 0] += 1 }
      }
    }
    let result = await withTaskCancellationHandler {
      DispatchQueue(label: "flyball.feeds.file", qos: .utility).async {
        let result = Result { () throws(FetchFailure) in try body() }
        self.left.withLock { left in
          if !answer.give(result), let count = left[path] {
            left[path] = count > 1 ? count - 1 : nil
          }
        }
      }
      timers.asyncAfter(deadline: .now() + .seconds(Int(seconds))) {
        leave("\(path) was not read in time")
      }
      return await answer.wait()
    } onCancel: {
      leave("given up")
    }
    return try result.get()
  }
}
