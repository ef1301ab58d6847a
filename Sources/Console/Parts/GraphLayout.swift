/// Where the services of a graph stand: in layers from left to right, callers before those they call.
///
/// A function of who calls whom alone, so that the picture stays as it is while figures change. Source
/// of the method: Sugiyama, Tagawa, Toda (1981), with cycles broken in the order of names.
struct GraphLayout {
  struct Point: Equatable {
    var x: Double
    var y: Double
  }

  private(set) var places: [Point] = []
  /// For each call, the points between its ends, from left to right.
  private(set) var bends: [[Point]] = []
  /// Whether a call leads to the left.
  private(set) var leadsBack: [Bool] = []
  private(set) var width = 0.0
  private(set) var height = 0.0

  static let columnWidth = 280.0
  static let rowHeight = 78.0
  static let bendHeight = 36.0
  static let boxWidth = 150.0
  static let boxHeight = 46.0

  /// `calls` are pairs of indices of services, which are in the order of their names.
  init(services: Int, calls: [(from: Int, to: Int)]) {
    leadsBack = Self.backward(services, calls)
    let forward = zip(calls, leadsBack).map { call, isBack in
      isBack ? (from: call.to, to: call.from) : call
    }
    let layers = Self.layers(services, forward)
    // Each call becomes a chain of points, one in each layer between its ends.
    var layerOf = layers
    var chains: [[Int]] = []
    for call in forward {
      var chain = [call.from]
      let first = layers[call.from] + 1
      if call.from != call.to, first < layers[call.to] {
        for layer in first..<layers[call.to] {
          chain.append(layerOf.count)
          layerOf.append(layer)
        }
      }
      chain.append(call.to)
      chains.append(chain)
    }
    place(layerOf, chains, services)
  }

  private mutating func place(_ layerOf: [Int], _ chains: [[Int]], _ services: Int) {
    var columns = [[Int]](repeating: [], count: (layerOf.max() ?? 0) + 1)
    for (node, layer) in layerOf.enumerated() { columns[layer].append(node) }
    var left = [[Int]](repeating: [], count: layerOf.count)
    var right = left
    for chain in chains where chain.first != chain.last {
      for (one, other) in zip(chain, chain.dropFirst()) {
        right[one].append(other)
        left[other].append(one)
      }
    }
    for _ in 0..<Self.sweeps {
      for index in columns.indices.dropFirst() {
        columns[index] = Self.sorted(columns[index], by: left, in: columns[index - 1])
      }
      for index in columns.indices.dropLast().reversed() {
        columns[index] = Self.sorted(columns[index], by: right, in: columns[index + 1])
      }
    }
    let heights = columns.map { column in
      column.map { $0 < services ? Self.rowHeight : Self.bendHeight }
    }
    width = Double(columns.count - 1) * Self.columnWidth + Self.boxWidth
    height = heights.map { $0.reduce(0, +) }.max() ?? 0
    var points = [Point](repeating: Point(x: 0, y: 0), count: layerOf.count)
    for (layer, column) in columns.enumerated() {
      var top = (height - heights[layer].reduce(0, +)) / 2
      for (row, node) in column.enumerated() {
        points[node] = Point(
          x: Double(layer) * Self.columnWidth + Self.boxWidth / 2,
          y: top + heights[layer][row] / 2)
        top += heights[layer][row]
      }
    }
    places = Array(points.prefix(services))
    bends = chains.map { $0.dropFirst().dropLast().map { points[$0] } }
  }

  /// By the mean place of the neighbours in the column beside it; those without keep theirs.
  private static func sorted(_ column: [Int], by neighbours: [[Int]], in beside: [Int]) -> [Int] {
    var rank: [Int: Int] = [:]
    for (index, node) in beside.enumerated() { rank[node] = index }
    let keys = column.enumerated().map { index, node in
      let ranks = neighbours[node].compactMap { rank[$0] }
      let mean =
        ranks.isEmpty ? Double(index) : Double(ranks.reduce(0, +)) / Double(ranks.count)
      return (key: mean, index: index, node: node)
    }
    return keys.sorted { ($0.key, $0.index) < ($1.key, $1.index) }.map(\.node)
  }

  /// Which calls close a cycle, when those that nobody calls are followed first.
  private static func backward(_ services: Int, _ calls: [(from: Int, to: Int)]) -> [Bool] {
    var out = [[(to: Int, call: Int)]](repeating: [], count: services)
    var called = [Bool](repeating: false, count: services)
    for (index, call) in calls.enumerated() {
      out[call.from].append((call.to, index))
      if call.from != call.to { called[call.to] = true }
    }
    for node in out.indices { out[node].sort { $0.to < $1.to } }
    enum Visit { case unseen, open, done }
    var visits = [Visit](repeating: .unseen, count: services)
    var isBack = [Bool](repeating: false, count: calls.count)
    let roots = (0..<services).sorted { (called[$0] ? 1 : 0, $0) < (called[$1] ? 1 : 0, $1) }
    for root in roots where visits[root] == .unseen {
      var stack = [(node: root, next: 0)]
      visits[root] = .open
      while let top = stack.last {
        guard top.next < out[top.node].count else {
          visits[top.node] = .done
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let (to, call) = out[top.node][top.next]
        switch visits[to] {
        case .unseen:
          visits[to] = .open
          stack.append((to, 0))
        case .open: isBack[call] = true
        case .done: break
        }
      }
    }
    return isBack
  }

  /// The longest way from those that nobody calls.
  private static func layers(_ services: Int, _ calls: [(from: Int, to: Int)]) -> [Int] {
    var out = [[Int]](repeating: [], count: services)
    var missing = [Int](repeating: 0, count: services)
    for call in calls where call.from != call.to {
      out[call.from].append(call.to)
      missing[call.to] += 1
    }
    var layers = [Int](repeating: 0, count: services)
    var ready = (0..<services).filter { missing[$0] == 0 }
    while let node = ready.popLast() {
      for next in out[node] {
        layers[next] = max(layers[next], layers[node] + 1)
        missing[next] -= 1
        if missing[next] == 0 { ready.append(next) }
      }
    }
    return layers
  }

  private static let sweeps = 4
}
