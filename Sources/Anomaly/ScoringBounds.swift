/// Every bound of the scoring state, with its unit and why it has this size.
package enum ScoringBounds {
  /// Seconds; a scan slower than four contacts in this time is not the random walk's to find.
  package static let walkWindowSeconds = 300
  /// Seconds; at the bucket's leak a full bucket has drained by then.
  package static let authWindowSeconds = 120
  /// Seconds an entry may lag behind the newest one and still land in its own bucket. Access logs
  /// are written when a request ends, so a long request arrives this late; later ones count in the
  /// current bucket.
  package static let latenessSeconds: Int64 = 8
  /// Shards of a daemon; what they learned is saved for as many.
  package static let shards = 2
  /// Subjects a shard remembers; past it the one not seen for longest is forgotten.
  package static let subjects = 10_000
  /// Subjects that one reporter's word made a shard remember.
  package static let subjectsPerReporter = 1_000
  /// Failures of others after which a subject's own protect it no more from being forgotten.
  static let evidenceArrivals: UInt64 = 100_000
  /// First contacts remembered for one side of one subject; past it the oldest is forgotten.
  package static let trialsPerSubject = 512
  /// Destinations with an auth-failure bucket for one subject; past it the quietest is forgotten.
  package static let destinationsPerSubject = 64
  /// Reporters named in a detection.
  package static let witnesses = 16
  /// Microseconds before an unchanged detection is reported again.
  package static let repeatMicroseconds: Int64 = 1_000_000

  // The e-detectors.

  /// Active seconds to a false alarm of one entity, at least, while its reference holds: what is
  /// only noted, what throttles (one in ten entity-days), and what quarantines.
  package static let observeLevel = 1e3
  package static let throttleLevel = 864_000.0
  package static let quarantineLevel = 8.64e7
  /// Entities a shard remembers; past it quiet ones are forgotten.
  package static let entities = 1 << 18
  /// Entities that one reporter's word made a shard remember.
  package static let entitiesPerReporter = 1 << 14
  /// Routes of one call; further ones are not scored apart from it.
  static let routesPerCall: UInt8 = 64
  /// Seconds without a request after which evidence is stale.
  static let evidenceIdleSeconds: UInt32 = 300
  /// Minutes and requests before a reference is trusted; with few requests its bounds are wide.
  static let coldMinutes: UInt8 = 30
  static let coldRequests: UInt32 = 300
  /// The share of failures that a new entity is allowed.
  static let priorShare = 0.1
  /// Minutes learned between two freezes.
  static let freezeMinutes: UInt8 = 60
  /// Freezes between two changes of the thresholds, which then move by at most so much.
  static let freezesPerDay: UInt16 = 24
  static let dailyChange: Float = 1.05
  /// By how much a deploy may raise a threshold, and for how many seconds records of its workload
  /// that are met begin anew; a workload is deployed anew only after them.
  static let deployChange: Float = 2
  /// The same in levels of the grid of shares.
  static let deployLevels: UInt8 = 5
  static let deploySeconds: Int64 = 3_600
  /// A level of the grid is 15.6 %, so a bound may rise by one in three days.
  static let freezesPerLevel: UInt16 = 72
  /// Seconds below which a minute's share counts as if of so many.
  static let peakTrials: UInt8 = 20
  /// Callers of one destination that are compared with each other.
  static let peersPerDestination = 32
  /// Destinations a shard compares the callers of.
  static let destinations = 1 << 14
  /// Contacts remembered in each of two generations, and how long the younger one grows.
  static let knownContacts = 1 << 19
  static let contactGenerationSeconds: Int64 = 6 * 3600
  /// Known contacts that one reporter adds to a generation.
  static let contactsPerReporter = 1 << 13
  /// Episodes (explanations in the making) of a shard, and of one reporter's entities.
  static let episodes = 1_024
  static let episodesPerReporter = 128
  /// The statistic at which an explanation begins to be kept.
  static let episodeLevel = 100.0

  // Calls that are new for a caller, followed for even intervals.

  /// Calls a shard follows; past it the least promising are let go. Some 300 bytes each.
  static let newCalls = 1 << 12
  /// Calls that one reporter's word made a shard follow.
  static let newCallsPerReporter = 256
  /// Intervals after which a call without evidence is followed no more.
  static let newCallGaps = 256
  /// Seconds before a call at even intervals is reported again.
  static let newCallRepeatSeconds: Int64 = 3_600

  // Requests per minute of the busiest destinations.

  /// Destinations of a shard with a series, at most 194 kB each, and those of one reporter: a gateway.
  static let services = 64
  static let servicesPerReporter = 16
  /// Destinations without one that are counted to the end of a minute.
  static let serviceCandidates = 256
  /// Minutes before a series may be displaced, and without a count after which it is as if empty.
  static let serviceTrialMinutes: UInt32 = 10
  static let serviceSilentMinutes: UInt32 = 60
  /// Minutes counted before anything is called unusual.
  static let serviceWarmUpMinutes = 250
  /// The least evidence of an unusual minute, which is no rate of false alarms; docs/PERFORMANCE.md
  /// says how often it was met without cause.
  static let serviceAlarmEvidence = 100.0
  /// Minutes after an alarm that belong to it, unless the evidence is ten times as strong.
  static let serviceRestMinutes: UInt32 = 150

  /// Milliseconds after a request of a workload met what is done to it, for which its callers' requests
  /// may fail by it: the order in which proxies flush their logs is not that of the requests.
  static let echoMilliseconds: Int64 = 10_000

  // What an action must not harm.

  /// Callers whose share of the mesh's requests a shard counts.
  static let trafficSources = 16_384
  /// Pairs of caller and destination whose failures a shard counts.
  static let comparedCalls = 16_384
  /// So that one caller that invents destinations cannot take all places.
  static let comparedCallsPerCaller = 256
  /// Pairs of caller and destination of which a shard counts what our actions stop.
  static let deniedCalls = 4_096

  // The series detector; its step is a minute, so these are minutes.

  /// Values that tell the usual level, a day and a half; the nearest windows lie among them, too.
  static let seriesValues = 2_000
  /// Surprises of one view that a new one is ranked among, three and a half days: with fewer, the
  /// rare and the very rare look alike.
  static let seriesSurprises = 5_000
  /// Earlier windows that the latest one is compared with, eight hours; the cost of a value grows
  /// with it.
  static let seriesWindows = 500
}
