internal import MeshModel

/// What entities are known by.
extension Scorer {
  /// What the reports of one side are kept apart by; each gateway is a side of its own.
  static func side(of batch: ObservationBatch) -> UInt64 {
    switch batch.vantage {
    case .source: callers
    case .destination: called
    case .gateway: batch.names[0].key ^ gateways
    }
  }

  static func otherSide(of batch: ObservationBatch) -> UInt64? {
    switch batch.vantage {
    case .source: called
    case .destination: callers
    case .gateway: nil
    }
  }

  /// Of the record of all that the subject does: by the caller's own side, and by the called ones.
  static func callerKeys(of subject: Subject) -> [UInt64] {
    let sides =
      switch subject {
      case .workload: [callers, called]
      case .client(_, let gateway): [gateway.key ^ gateways]
      }
    return sides.map { mix(subject.key ^ $0, Kind.caller.rawValue) }
  }

  @inline(__always)
  static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    var hash = StableHash()
    hash.combine(left)
    hash.combine(right)
    return hash.value
  }

  private static let callers: UInt64 = 0x5D58_8B65_6C07_8965
  private static let called: UInt64 = 0xA076_1D64_78BD_642F
  private static let gateways: UInt64 = 0xE703_7ED1_A0B4_28DB
}
