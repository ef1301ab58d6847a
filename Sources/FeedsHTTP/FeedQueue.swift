internal import Dispatch

/// A thread for what takes long: hashing and reading pages of many megabytes, a million entries, an
/// index of them. On the threads that all tasks share it would keep the loop waiting.
package final class FeedQueue: SerialExecutor {
  private let queue = DispatchQueue(label: "flyball.feeds", qos: .utility)

  package init() {}

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  func run<Value: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let result = await withCheckedContinuation { continuation in
      queue.async {
        continuation.resume(returning: Result { () throws(Failure) in try body() })
      }
    }
    return try result.get()
  }
}
