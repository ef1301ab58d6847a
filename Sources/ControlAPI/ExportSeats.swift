internal import Synchronization

/// Exports of the history that are being made: each reads it from end to end.
final class ExportSeats: Sendable {
  private let taken = Mutex(0)

  /// Held while one is made; free again once nobody holds it.
  final class Seat: Sendable {
    private let seats: ExportSeats

    fileprivate init(_ seats: ExportSeats) { self.seats = seats }

    deinit { seats.taken.withLock { $0 -= 1 } }
  }

  /// Nil while there are too many.
  func take() -> Seat? {
    let isFree = taken.withLock { taken in
      guard taken < Self.maximum else { return false }
      taken += 1
      return true
    }
    return isFree ? Seat(self) : nil
  }

  static let maximum = 2
}
