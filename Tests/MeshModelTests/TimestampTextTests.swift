internal import MeshModel
internal import Testing

struct TimestampTextTests {
  @Test("an instant reads back as itself, through leap years and centuries")
  func roundTrip() throws {
    var random = SeededRandom(seed: 20)
    for _ in 0..<20_000 {
      // Years 1 to 9999.
      let instant = Timestamp(
        microseconds: Int64.random(
          in: -62_135_596_800_000_000..<253_402_300_800_000_000, using: &random))
      #expect(Timestamp(rfc3339: instant.rfc3339) == instant)
    }
    #expect(Timestamp(rfc3339: "1970-01-01T00:00:00Z") == Timestamp(seconds: 0))
    #expect(Timestamp(rfc3339: "2000-02-29T00:00:00.5Z")?.microseconds == 951_782_400_500_000)
  }

  @Test("what is no instant in UTC is refused")
  func hostile() {
    for text in [
      "", "Z", "2027-01-31", "2027-01-31T12:00:00", "2027-01-31T12:00:00+01:00",
      "2027-02-29T00:00:00Z",
      "1900-02-29T00:00:00Z", "2027-13-01T00:00:00Z", "2027-00-01T00:00:00Z",
      "2027-01-32T00:00:00Z",
      "2027-01-00T00:00:00Z", "2027-01-01T24:00:00Z", "2027-01-01T00:60:00Z",
      "2027-01-01T00:00:60Z",
      "0000-01-01T00:00:00Z", "2027-01-01T00:00:00.Z", "2027-01-01T00:00:00.1234567Z",
      "2027-01-01t00:00:00Z", "-027-01-01T00:00:00Z", "2027-01-01T00:00:0éZ",
      "２０２７-01-01T00:00:00Z",
      "2027-01-01T00:00:00Z\0", String(repeating: "2", count: 10_000_000),
    ] {
      #expect(Timestamp(rfc3339: text) == nil, "\(text.prefix(40))")
    }
  }
}
