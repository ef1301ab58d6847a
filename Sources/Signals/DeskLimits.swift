/// How much a desk keeps, and for how long.
package struct DeskLimits: Hashable, Sendable {
  /// Deliveries whose record is under way: what a slow disk may hold back, each up to 1 MiB.
  package var pendingDeliveries = 16
  /// Of these one sender's, so that it leaves room to others.
  package var pendingOfSender = 8
  /// After which a record that was never answered counts as failed.
  package var recordSeconds: Int64 = 30
  /// Signals of one sender that are told apart, and those that ended; those beyond are only counted.
  package var signalsPerSender = 2_048
  /// Open incidents of one sender; what is beyond them is one incident more, about nobody.
  package var incidentsPerSender = 64
  /// What one sender's firing signals about nobody known may take, which are kept whole in case that
  /// workload appears; those beyond are looked at again when they are repeated.
  package var unattributedKibibytes = 512
  /// Incidents about one workload that meet the policies, the gravest first: all of one sender.
  package var detectionsPerSubject = 64
  /// How long a firing signal stands without being repeated: Alertmanager repeats every four hours.
  package var firingSeconds: Int64 = 6 * 3_600
  /// How long an event stands that only occurred, counted from its start.
  package var occurredSeconds: Int64 = 900
  /// How long a signal that ended is still known.
  package var endedSeconds: Int64 = 24 * 3_600
  /// Deliveries of one sender: twice a second over time, and a minute's worth at once.
  package var deliveriesPerSecond = 2.0
  package var deliveriesAtOnce = 120.0
  /// News of one sender, each of which is a record and counts once more for each KiB of it: ten a second
  /// over time, and a full delivery of each pending one at once.
  package var newsPerSecond = 10.0
  package var newsAtOnce = 4_096.0
  /// Deliveries whose copies are known: ten minutes of four senders at full speed.
  package var replays = 8_192
  /// What a sender is told to wait for a record, and for room.
  package var busySeconds = 1
  package var failedSeconds = 10

  package init() {}
}
