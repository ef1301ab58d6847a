internal import Testing

@testable internal import Console
internal import ControlViews

@Suite struct GraphLayoutTests {
  private func layers(_ layout: GraphLayout) -> [Int] {
    layout.places.map { Int(($0.x - GraphLayout.boxWidth / 2) / GraphLayout.columnWidth) }
  }

  @Test("callers stand left of those they call, by the longest way")
  func layered() {
    let layout = GraphLayout(services: 4, calls: [(0, 1), (1, 2), (0, 2), (2, 3)])
    #expect(layers(layout) == [0, 1, 2, 3])
    #expect(layout.leadsBack == [false, false, false, false])
    #expect(layout.bends[2].count == 1)
  }

  @Test("a cycle is broken once, and a call of oneself is none")
  func cycles() {
    let layout = GraphLayout(services: 3, calls: [(0, 1), (1, 2), (2, 0), (1, 1)])
    #expect(layout.leadsBack.count { $0 } <= 2)
    #expect(layout.places.count == 3)
    #expect(Set(layers(layout)).count == 3)
  }

  @Test("no two services stand in one place, whatever the calls")
  func places() {
    for seed in 1...50 {
      var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15
      func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1
        return Int(state >> 33) % bound
      }
      let services = 2 + next(20)
      let calls = (0..<next(60)).map { _ in (from: next(services), to: next(services)) }
      let layout = GraphLayout(services: services, calls: calls)
      let again = GraphLayout(services: services, calls: calls)
      #expect(layout.places == again.places, "seed \(seed)")
      #expect(Set(layout.places.map { "\($0.x) \($0.y)" }).count == services, "seed \(seed)")
      for place in layout.places {
        #expect(place.x <= layout.width && place.y <= layout.height, "seed \(seed)")
      }
    }
  }

  @Test("figures change nothing about where services stand")
  func stable() throws {
    let graph = try Samples().graph()
    var busier = try Samples().graph()
    #expect(graph == busier)
    let before = Screen.graph(graph, Samples().visit()).markup
    busier = MeshGraph([])
    #expect(Screen.graph(busier, Samples().visit()).markup.contains("No call was reported yet."))
    #expect(before.contains("reports is under quarantine"))
  }

  @Test("a score of more nines stands higher, evenly")
  func nines() {
    let places = [0, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999].map(ScorePicture.nines)
    #expect(places == places.sorted())
    #expect(abs(places[2] - 1) < 1e-9 && abs(places[4] - 2) < 1e-9 && abs(places[5] - 3) < 1e-9)
    #expect(ScorePicture.nines(.nan) == 0 && ScorePicture.nines(-1) == 0)
    #expect(ScorePicture.nines(1) <= 4.5 && ScorePicture.nines(2) <= 4.5)
  }

  @Test("numbers of any size leave a page standing")
  func numbers() {
    for value in [Double.nan, .infinity, -.infinity, 1e300, -1e300, 0, -0.0001, 1e15] {
      _ = Figure.percent(value)
      _ = Figure.decimal(value, 3)
      _ = Figure.plain(value)
      _ = Figure.coordinate(value)
      _ = Figure.rate(value)
      _ = Span.text(seconds: value)
      _ = Span.offset(value)
    }
    #expect(Figure.percent(0.00001) == "< 0.1 %" && Figure.percent(0.99999) == "> 99.9 %")
    #expect(Figure.count(Int64.min) == "-9,223,372,036,854,775,808")
    #expect(Figure.decimal(-1234.5, 1) == "-1,234.5")
  }
}
