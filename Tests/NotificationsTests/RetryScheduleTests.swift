internal import MeshModel
internal import Notifications
internal import Testing

struct RetryScheduleTests {
  private let schedule = RetrySchedule()

  private func decision(
    _ outcome: SendOutcome, attempts: Int = 1, random: UInt64 = 0
  ) -> RetrySchedule.Decision {
    schedule.decision(after: outcome, attempts: attempts, random: random, at: NoticeSample.now)
  }

  private func again(_ milliseconds: Int64) -> RetrySchedule.Decision {
    .again(at: NoticeSample.now.adding(milliseconds: milliseconds))
  }

  @Test("what was taken is done, what is refused as it is is never sent again")
  func ends() {
    for status in [200, 201, 202, 204, 299] {
      #expect(decision(.answered(status: status, retryAfterSeconds: nil)) == .done)
    }
    for status in [Int.min, 0, 100, 301, 400, 401, 404, 410, 422] {
      #expect(
        decision(.answered(status: status, retryAfterSeconds: 1))
          == .never(.refused(status: status)))
    }
    for status in [408, 425, 429, 500, 503, 599] {
      #expect(decision(.answered(status: status, retryAfterSeconds: nil)) == again(2_500))
    }
  }

  @Test("waits grow over a day, half of each is by chance, and the seventh failure is the last")
  func waits() {
    let expected: [Int64] = [5, 300, 1_800, 7_200, 18_000, 36_000]
    for (index, seconds) in expected.enumerated() {
      #expect(decision(.unreachable, attempts: index + 1) == again(seconds * 500))
      let most = UInt64(seconds * 500)
      #expect(decision(.unreachable, attempts: index + 1, random: most) == again(seconds * 1_000))
      #expect(decision(.unreachable, attempts: index + 1, random: most + 1) == again(seconds * 500))
    }
    #expect(decision(.unreachable, attempts: 7) == .never(.attemptsUsed))
    #expect(decision(.unreachable, attempts: .max, random: .max) == .never(.attemptsUsed))
  }

  @Test("a receiver may ask for more time, and never for less or for days")
  func retryAfter() {
    func asked(_ seconds: Int) -> RetrySchedule.Decision {
      decision(.answered(status: 429, retryAfterSeconds: seconds))
    }
    #expect(asked(60) == again(60_000))
    #expect(asked(1) == again(2_500))
    #expect(asked(-1) == again(2_500))
    #expect(asked(.max) == again(36_000_000))
    #expect(asked(.min) == again(2_500))
  }
}
