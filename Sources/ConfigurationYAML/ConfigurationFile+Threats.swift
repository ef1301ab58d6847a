internal import MeshModel
internal import ThreatIntelligence

extension ConfigurationFile {
  /// Whether feeds that list addresses are kept from the operator's own. Nothing here knows those: a
  /// load balancer's, or what workloads go out by.
  var ownAddressCheck: [ConfigurationCheck] {
    guard let threats = configuration.threats, threats.feeds.contains(where: \.listsAddresses)
    else {
      return []
    }
    let what = Field.never.name
    let blocks = threats.exclusions.ranges
    guard !blocks.isEmpty else {
      return [
        check(
          what, .never,
          doubtful:
            "\(what): no public address is kept from feeds, so one that lists yours has your"
            + " own clients cut off",
          fix: "list the addresses of your load balancers, offices and of what goes out in \(what)")
      ]
    }
    return [
      ConfigurationCheck(
        what: what, outcome: .sound("\(blocks.count) public blocks are kept from feeds"))
    ]
  }
}

extension FeedSettings {
  fileprivate var listsAddresses: Bool {
    switch format {
    case .list(let format):
      switch format.content {
      case .targets: true
      case .userAgents, .fingerprints: false
      }
    case .stix, .taxii, .misp: true
    }
  }
}
