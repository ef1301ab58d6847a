internal import Glibc
package import MeshModel

/// The one clock: the wall time read once at start, carried on by the monotonic clock.
///
/// A later jump of the wall clock moves no lease; deadlines that proxies judge by their own wall
/// clock are also bounded by a life that counts seconds.
package struct LoopClock: Sendable {
  private let wallAtStart: Timestamp
  private let start: ContinuousClock.Instant

  package init() {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    wallAtStart = Timestamp(
      microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    start = ContinuousClock.now
  }

  package func now() -> Timestamp {
    let elapsed = start.duration(to: .now).components
    return Timestamp(
      microseconds: wallAtStart.microseconds + elapsed.seconds * 1_000_000
        + elapsed.attoseconds / 1_000_000_000_000)
  }
}
