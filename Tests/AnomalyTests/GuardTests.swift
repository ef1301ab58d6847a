internal import Anomaly
internal import MeshModel
internal import Testing

private let start: Int64 = 1_000_000

/// What `reports` did, as its own sidecar saw it (`by` nil) or as the called one did.
private func seen(
  _ second: Int64, to destination: String = "payments", path: String, _ outcome: Outcome,
  byDestination: Bool = false, from source: String = "reports"
) -> ObservationBatch {
  let reporter = byDestination ? destination : source
  var batch = ObservationBatch(
    reporter: ProxyID(principal: identity(reporter), node: reporter),
    vantage: byDestination ? .destination : .source)
  batch.append(
    at: Timestamp(seconds: start + second),
    peer: .workload(identity(byDestination ? source : destination)), path: path, outcome)
  return batch
}

private func scorer() -> Scorer {
  Scorer(thresholds: [.lateralMovement: 0.99, .authFailures: 0.99], secret: 1)
}

private func detections(_ batches: [ObservationBatch], in scorer: inout Scorer) -> [Detection] {
  batches.flatMap { scorer.score($0) }
}

struct RandomWalkTests {
  @Test("four straight failed first contacts decide, three do not")
  func fourFailures() {
    var scorer = scorer()
    let three = (0..<3).map { seen($0, path: "/p\($0)", .answered(status: 404)) }
    #expect(detections(three, in: &scorer).isEmpty)
    let fourth = scorer.score(seen(3, path: "/p3", .answered(status: 404)))
    #expect(fourth.map(\.detector) == [.lateralMovement])
    #expect(fourth.first?.failures == 4)
    #expect(fourth.first?.corroborated == 0)
  }

  @Test("the same failing path counts once")
  func sameContact() {
    var scorer = scorer()
    let repeated = (0..<50).map { seen($0, path: "/gone", .answered(status: 404)) }
    #expect(detections(repeated, in: &scorer).isEmpty)
  }

  @Test("goodwill cannot be saved up")
  func floor() {
    var scorer = scorer()
    let good = (0..<100).map { seen(0, path: "/ok\($0)", .answered(status: 200)) }
    let bad = (0..<4).map { seen(1, path: "/bad\($0)", .answered(status: 404)) }
    #expect(detections(good, in: &scorer).isEmpty)
    #expect(!detections(bad, in: &scorer).isEmpty)
  }

  @Test("successes in between keep a caller innocent")
  func mixed() {
    var scorer = scorer()
    let mixed = (0..<40).map { index in
      seen(index, path: "/x\(index)", .answered(status: index.isMultiple(of: 2) ? 404 : 200))
    }
    #expect(detections(mixed, in: &scorer).isEmpty)
  }

  @Test("an outage of a destination is not a scan")
  func outage() {
    var scorer = scorer()
    let down = (0..<30).map { seen($0, path: "/item/\($0)", .answered(status: 503)) }
    let unreachable = (0..<30).map { seen(30 + $0, path: "/item/\($0)", .unreachable) }
    #expect(detections(down + unreachable, in: &scorer).isEmpty)
  }

  @Test("an idle gap empties the window")
  func idleGap() {
    var scorer = scorer()
    _ = detections(
      (0..<3).map { seen($0, path: "/p\($0)", .answered(status: 404)) }, in: &scorer)
    #expect(scorer.score(seen(400, path: "/p9", .answered(status: 404))).isEmpty)
  }

  private func scan(of places: [String], byDestination: Bool) -> [ObservationBatch] {
    (0..<4).map {
      seen(
        $0, to: places[Int($0) % places.count], path: "/p\($0)", .answered(status: 404),
        byDestination: byDestination)
    }
  }

  @Test("a destination that fails its callers makes none of them a corroborated scanner")
  func oneDestination() {
    var scorer = scorer()
    let both =
      scan(of: ["payments"], byDestination: false) + scan(of: ["payments"], byDestination: true)
    let found = detections(both, in: &scorer)
    #expect(!found.isEmpty)
    #expect(found.allSatisfy { $0.corroborated == 0 })
  }

  @Test("what the caller's sidecar claims cannot cancel what the called sides saw")
  func alibi() {
    var scorer = scorer()
    let alibis = (0..<20).map { seen(0, path: "/p\($0)", .answered(status: 200)) }
    #expect(detections(alibis, in: &scorer).isEmpty)
    #expect(!detections(scan(of: ["payments"], byDestination: true), in: &scorer).isEmpty)
  }

  @Test("a second, distinct reporter corroborates; the same one does not")
  func corroboration() throws {
    var scorer = scorer()
    let own = scan(of: ["payments", "users"], byDestination: false)
    _ = detections(own + own, in: &scorer)
    let alone = scorer.score(seen(4, path: "/p4", .answered(status: 404)))
    #expect(alone.first?.corroborated == 0)
    let theirs = scan(of: ["payments", "users"], byDestination: true)
    let last = try #require(detections(theirs, in: &scorer).last)
    #expect(last.corroborated > 0.99)
    #expect(last.witnesses == ["payments", "reports", "users"].map { identity($0) })
  }

  @Test("reordered records within the lateness give the same score")
  func reordering() {
    let records = (0..<6).map {
      seen($0, path: "/p\($0)", .answered(status: $0 == 2 ? 200 : 404))
    }
    var inOrder = scorer()
    var shuffled = scorer()
    _ = detections(records, in: &inOrder)
    _ = detections(
      [records[3], records[0], records[5], records[1], records[4], records[2]],
      in: &shuffled)
    let now = Timestamp(seconds: start + 6)
    #expect(
      inOrder.score(of: workload("reports"), at: now)
        == shuffled.score(of: workload("reports"), at: now))
  }
}

struct AuthFailureTests {
  @Test("guessing passwords overflows the bucket, as both sides see it")
  func stuffing() throws {
    var scorer = scorer()
    let both = (0..<12).flatMap { index in
      [
        seen(index / 6, path: "/login", .answered(status: 401)),
        seen(index / 6, path: "/login", .answered(status: 401), byDestination: true),
      ]
    }
    let found = detections(both, in: &scorer)
    let last = try #require(found.last)
    #expect(last.detector == .authFailures)
    #expect(last.score > 0.99)
    #expect(last.corroborated > 0.99)
  }

  @Test("a busy caller with a few expired tokens never fills it")
  func busyCaller() {
    var scorer = scorer()
    let records = (0..<3000).map { index in
      seen(Int64(index / 100), path: "/pay", .answered(status: index % 20 == 0 ? 401 : 200))
    }
    #expect(detections(records, in: &scorer).isEmpty)
  }

  @Test("the bucket leaks while nothing happens")
  func leak() {
    var scorer = scorer()
    _ = detections(
      (0..<11).map { _ in seen(0, path: "/login", .answered(status: 401)) }, in: &scorer)
    let reports = workload("reports")
    #expect(scorer.score(of: reports, at: Timestamp(seconds: start)) > 0.99)
    #expect(scorer.score(of: reports, at: Timestamp(seconds: start + 56)) == 0)
  }

  @Test("one side alone is never corroborated")
  func oneSide() {
    var scorer = scorer()
    let found = detections(
      (0..<40).map { seen($0 / 10, path: "/login", .answered(status: 401), byDestination: true) },
      in: &scorer)
    #expect(!found.isEmpty)
    #expect(found.allSatisfy { $0.corroborated == 0 })
  }
}

struct OwnEffectTests {
  @Test("our own denials and limits never raise a score")
  func ownDenials() {
    var scorer = scorer()
    let id = ActionID(number: 1)
    let denied = (0..<50).map { seen($0, path: "/d\($0)", .denied(by: id)) }
    let limited = (0..<50).map { seen($0, path: "/l\($0)", .limited) }
    #expect(detections(denied + limited, in: &scorer).isEmpty)
    #expect(scorer.score(of: workload("reports"), at: Timestamp(seconds: start + 50)) == 0)
  }

  @Test("refusals a watched subject's sidecar passes on are not evidence")
  func echoes() {
    var scorer = scorer()
    scorer.watch(Watch(followed: [workload("reports")], denied: [workload("reports")]))
    let echoes = (0..<50).map { seen($0, path: "/e\($0)", .answered(status: 403)) }
    #expect(detections(echoes, in: &scorer).isEmpty)
    scorer.watch(Watch())
    let evidence = (50..<60).map { seen($0, path: "/e\($0)", .answered(status: 403)) }
    #expect(!detections(evidence, in: &scorer).isEmpty)
  }

  @Test("what a decoy answered, and what a rerouted workload makes of it, is not evidence")
  func decoys() {
    var scorer = scorer()
    let id = ActionID(number: 1)
    let watch = Watch(
      followed: [workload("reports")],
      rerouted: [workload("reports")])
    scorer.watch(watch)
    let rerouted = (0..<50).map {
      seen($0, path: "/d\($0)", .rerouted(by: id), byDestination: true)
    }
    let answers = (0..<50).map { seen($0, path: "/d\($0)", .answered(status: 404)) }
    let failures = (0..<50).map {
      seen($0, to: "reports", path: "/r\($0)", .answered(status: 404), from: "frontend")
    }
    #expect(detections(rerouted + answers + failures, in: &scorer).isEmpty)
    for name in ["reports", "frontend"] {
      #expect(scorer.score(of: workload(name), at: Timestamp(seconds: start + 50)) == 0)
    }
    // What reached its destination all the same counts.
    let leaked = (50..<60).map {
      seen($0, path: "/e\($0)", .answered(status: 404), byDestination: true)
    }
    #expect(!detections(leaked, in: &scorer).isEmpty)
  }

  @Test("only what the action against a subject makes is an echo of it")
  func echoesOfTheStage() {
    let reports = workload("reports")
    func isFound(
      _ watch: Watch, _ status: UInt16, byUpstream: Bool = true, to target: String = "payments",
      from caller: String = "reports"
    ) -> Bool {
      var scorer = scorer()
      scorer.watch(watch)
      let answers = (0..<10).map {
        seen(
          $0, to: target, path: "/e\($0)", .answered(status: status, byUpstream: byUpstream),
          from: caller)
      }
      return !detections(answers, in: &scorer).isEmpty
    }
    let denied = Watch(followed: [reports], denied: [reports])
    let limited = Watch(followed: [reports], limited: [reports])
    #expect(!isFound(denied, 403))
    #expect(isFound(limited, 403))
    #expect(isFound(denied, 404) && isFound(limited, 404))
    // A refusal of another filter of its own proxy is none of ours.
    #expect(isFound(denied, 403, byUpstream: false))
    #expect(!isFound(denied, 403, to: "reports", from: "frontend"))
    #expect(isFound(limited, 403, to: "reports", from: "frontend"))
    #expect(isFound(denied, 404, to: "reports", from: "frontend"))
  }

  @Test("nobody hides behind a workload that meets nothing of what is done to it")
  func hidingPlaces() {
    let reports = workload("reports")
    let id = ActionID(number: 1)
    for (watch, outcome, status) in [
      (Watch(followed: [reports], denied: [reports]), Outcome.denied(by: id), UInt16(403)),
      (Watch(followed: [reports], rerouted: [reports]), .rerouted(by: id), 404),
    ] {
      for meetsIt in [true, false] {
        var scorer = scorer()
        _ = scorer.score(seen(0, path: "/", .answered(status: 200)))
        scorer.watch(watch)
        if meetsIt {
          _ = scorer.score(seen(30, path: "/x", outcome, byDestination: true))
        }
        let scan = (0..<5).map {
          seen(32 + $0, to: "reports", path: "/s\($0)", .answered(status: status), from: "frontend")
        }
        #expect(detections(scan, in: &scorer).isEmpty == meetsIt)
        let later = (0..<5).map {
          seen(50 + $0, to: "reports", path: "/t\($0)", .answered(status: status), from: "frontend")
        }
        #expect(!detections(later, in: &scorer).isEmpty)
      }
    }
  }

  @Test("nobody hides behind a workload by its own word that it denied a request of it")
  func ownWord() {
    let id = ActionID(number: 1)
    for others in [nil, "payments", "frontend"] {
      var scorer = scorer()
      _ = scorer.score(seen(0, path: "/", .answered(status: 200)))
      scorer.watch(Watch(followed: [workload("reports")], denied: [workload("reports")]))
      for (second, reporter) in [(28, others), (29, others), (30, "frontend")] {
        guard let reporter else { continue }
        _ = scorer.score(
          seen(Int64(second), to: reporter, path: "/x", .denied(by: id), byDestination: true))
      }
      let scan = (0..<5).map {
        seen(32 + $0, to: "reports", path: "/s\($0)", .answered(status: 403), from: "frontend")
      }
      #expect(detections(scan, in: &scorer).isEmpty == (others == "payments"))
    }
  }

  @Test("refusals of a tightened workload are not evidence, those that it meets are")
  func tightened() {
    var scorer = scorer()
    scorer.watch(Watch(followed: [workload("payments")], tightened: [workload("payments")]))
    let echoes = (0..<50).map { seen($0, path: "/e\($0)", .answered(status: 403)) }
    #expect(detections(echoes, in: &scorer).isEmpty)
    let own = (0..<10).map {
      seen($0, to: "users", path: "/o\($0)", .answered(status: 403), from: "payments")
    }
    #expect(!detections(own, in: &scorer).isEmpty)
  }

  @Test("what only a shadow would have stopped is scored like anything else")
  func shadows() {
    var scorer = scorer()
    scorer.watch(Watch(followed: [workload("reports")]))
    var batches = (0..<10).map { seen($0, path: "/s\($0)", .answered(status: 403)) }
    for index in batches.indices {
      let start = batches[index].observations[0].start
      batches[index].marks = [
        RequestMark(.wouldDeny(ActionID(number: 1)), start: start, subjectName: 0)
      ]
    }
    let findings = batches.map { scorer.findings(in: $0) }
    #expect(findings.contains { !$0.detections.isEmpty })
    #expect(
      findings[0].sightings.keys.map(\.effect).contains(.wouldDeny(ActionID(number: 1))))
  }

  @Test("spent evidence counts no more, even when its entries arrive late")
  func spending() {
    var scorer = scorer()
    scorer.watch(Watch(followed: [workload("reports")], denied: [workload("reports")]))
    _ = detections(
      (0..<5).map { seen($0, path: "/p\($0)", .answered(status: 404)) }, in: &scorer)
    scorer.spend(workload("reports"), before: Timestamp(seconds: start + 6))
    _ = detections(
      (0..<5).map { seen($0, path: "/late\($0)", .answered(status: 404)) }, in: &scorer)
    #expect(scorer.score(of: workload("reports"), at: Timestamp(seconds: start + 6)) == 0)
    let fresh = (6..<10).map { seen($0, path: "/f\($0)", .answered(status: 404)) }
    #expect(!detections(fresh, in: &scorer).isEmpty)
  }
}

struct BoundTests {
  @Test("a flood of subjects, paths and destinations keeps the bounds, and the attacker is found")
  func flood() {
    var scorer = scorer()
    for index in 0..<(ScoringBounds.subjects + 50) {
      _ = scorer.score(
        seen(0, path: "/", .answered(status: 404), from: "s\(index)"))
    }
    #expect(scorer.subjectCount <= ScoringBounds.subjects)
    #expect(scorer.subjectCount > ScoringBounds.subjects / 2)
    for index in 0..<2000 {
      _ = scorer.score(
        seen(1, to: "d\(index)", path: "/\(index)", .answered(status: 200)))
    }
    let found = detections(
      (0..<4).map { seen(2, path: "/p\($0)", .answered(status: 404)) }, in: &scorer)
    #expect(!found.isEmpty)
  }

  @Test("a reporter that invents callers displaces its own, not everybody's")
  func inventedCallers() {
    var scorer = scorer()
    _ = detections(
      (0..<3).map { seen(0, path: "/p\($0)", .answered(status: 404)) }, in: &scorer)
    for index in 0..<(ScoringBounds.subjects * 2) {
      _ = scorer.score(
        seen(100, path: "/", .answered(status: 404), byDestination: true, from: "x\(index)"))
    }
    #expect(scorer.subjectCount <= ScoringBounds.subjectsPerReporter + 1)
    #expect(!scorer.score(seen(1, path: "/p9", .answered(status: 404))).isEmpty)
  }
}
