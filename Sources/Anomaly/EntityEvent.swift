internal import MeshModel

/// One request, as an entity's record takes it in.
struct EntityEvent: Sendable {
  /// Since 1970.
  var second: UInt32
  /// Request features that the answer shows; slowness and the sizes are judged by the record.
  var shows: UInt8 = 0
  var duration: Magnitude = .zero
  var requestSize: Magnitude = .zero
  var responseSize: Magnitude = .zero
  var kilobytes: UInt32 = 0
  var destinationBit: UInt32 = 0
  var pathBit: UInt32 = 0

  /// `isKnownPath`: the path succeeded before, so that a 404 there is an error like others.
  @inline(__always)
  init(_ observation: Observation, isKnownPath: Bool) {
    second = UInt32(clamping: observation.start.second)
    duration = Magnitude(Float(observation.durationMicroseconds))
    requestSize = Magnitude(Float(observation.requestBytes))
    responseSize = Magnitude(Float(observation.responseBytes))
    kilobytes = observation.responseBytes / 1024 &+ observation.requestBytes / 1024
    switch observation.outcome {
    case .connected, .denied, .limited, .rerouted: break
    case .unreachable: show(EntityRecord.Index.serverFailures)
    case .answered(let status, _):
      switch status {
      case 401, 403, 407: show(EntityRecord.Index.authFailures)
      case 404, 405:
        show(isKnownPath ? EntityRecord.Index.clientErrors : EntityRecord.Index.unknownPaths)
      case 400..<500 where status != 429: show(EntityRecord.Index.clientErrors)
      case 500...: show(EntityRecord.Index.serverFailures)
      default: break
      }
    }
  }

  @inline(__always)
  mutating func show(_ index: Int) {
    shows |= 1 &<< UInt8(index)
  }
}
