/// A cubic Bézier curve that leaves and arrives level.
struct Curve {
  var start: GraphLayout.Point
  var first: GraphLayout.Point
  var second: GraphLayout.Point
  var end: GraphLayout.Point

  init(from: GraphLayout.Point, to: GraphLayout.Point) {
    let middle = (from.x + to.x) / 2
    start = from
    first = GraphLayout.Point(x: middle, y: from.y)
    second = GraphLayout.Point(x: middle, y: to.y)
    end = to
  }

  private init(
    _ start: GraphLayout.Point, _ first: GraphLayout.Point, _ second: GraphLayout.Point,
    _ end: GraphLayout.Point
  ) {
    self.start = start
    self.first = first
    self.second = second
    self.end = end
  }

  func point(_ part: Double) -> GraphLayout.Point { split(part).0.end }

  /// What lies between two shares of it, from 0 to 1.
  func part(_ from: Double, _ to: Double) -> Curve {
    let head = split(to).0
    return to > 0 ? head.split(from / to).1 : head
  }

  /// By de Casteljau's construction.
  private func split(_ part: Double) -> (Curve, Curve) {
    func between(_ one: GraphLayout.Point, _ other: GraphLayout.Point) -> GraphLayout.Point {
      GraphLayout.Point(
        x: one.x + (other.x - one.x) * part, y: one.y + (other.y - one.y) * part)
    }
    let left = between(start, first)
    let top = between(first, second)
    let right = between(second, end)
    let leftTop = between(left, top)
    let rightTop = between(top, right)
    let middle = between(leftTop, rightTop)
    return (Curve(start, left, leftTop, middle), Curve(middle, rightTop, right, end))
  }
}
