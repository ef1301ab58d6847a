internal import MeshModel
internal import Testing

@testable internal import Signals

struct InternetTimeTests {
  @Test(
    "times with offsets and decimals are read, and nothing that only looks like one",
    arguments: [
      ("2026-11-22T09:00:00Z", "2026-11-22T09:00:00Z"),
      ("2026-11-22t09:00:00z", "2026-11-22T09:00:00Z"),
      ("2026-11-22T10:30:00+01:30", "2026-11-22T09:00:00Z"),
      ("2026-11-21T23:00:00.5-10:00", "2026-11-22T09:00:00.5Z"),
      ("2026-11-22T09:00:00.1234567891234Z", "2026-11-22T09:00:00.123456Z"),
      ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
      ("2026-11-22T09:00:00", nil), ("2026-11-22T09:00:00.Z", nil),
      ("2026-11-22T09:00:00+0100", nil), ("2026-11-22T09:00:00+24:00", nil),
      ("2026-11-22T09:00:00+01:60", nil), ("2026-02-30T09:00:00Z", nil),
      ("2026-11-22 09:00:00Z", nil), ("2026-11-22T09:00:00ZZ", nil), ("", nil),
      ("2026-11-22T09:00:00.\u{661}Z", nil),
    ] as [(String, String?)])
  func reads(text: String, expected: String?) {
    #expect(Timestamp(internetTime: text) == expected.flatMap { Timestamp(rfc3339: $0) })
  }
}
