internal import ControlViews
internal import MeshModel

/// A subject's score over time as a picture. Its twin is the table of samples.
///
/// The scale counts nines: 0.9, 0.99 and 0.999 are as far from one another, since that is where
/// thresholds are.
struct ScorePicture {
  private let course: ScorePage.Course
  private let visit: Visit
  private let from: Timestamp
  private let to: Timestamp
  private let left = 52.0
  private let right = 16.0
  private let top = 26.0
  private let bottom = 30.0
  private let width = 960.0
  private let height = 280.0

  init(_ course: ScorePage.Course, _ visit: Visit) {
    self.course = course
    self.visit = visit
    let first = course.view.series.first.map { Timestamp(microseconds: $0.microseconds) }
    to = visit.at
    from = min(first ?? to, to.adding(milliseconds: -60_000))
  }

  var figure: HTML {
    .element(.figure, .class("course")) {
      HTML.element(
        .div, .class("scroll"), .role("region"), .label("Score over time"), .set(.tabindex, "0")
      ) { picture }
      HTML.element(.figcaption) {
        HTML.element(.ul, .class("legend")) {
          legend("score", "score of all detectors, the highest")
          legend("threshold", "threshold of the policy")
          legend("warm", "warm-up: only guards and overwhelming evidence act")
          legend("marker", "an action did something")
        }
      }
    }
  }

  private var picture: HTML {
    .element(
      .svg, .set(.viewBox, "0 0 \(text(width)) \(text(height))"), .set(.width, text(width)),
      .set(.height, text(height)), .role("img"), .set(.ariaLabelledby, "score-title score-desc")
    ) {
      HTML.element(.title, .id("score-title")) { "Score over time" }
      HTML.element(.desc, .id("score-desc")) { summary }
      HTML.element(.defs) {
        HTML.element(
          .pattern, .id("hatch"), .set(.width, "8"), .set(.height, "8"),
          .set(.patternUnits, "userSpaceOnUse")
        ) { HTML.element(.path, .class("hatch"), .set(.d, "M0 8L8 0")) {} }
      }
      warmUp
      grid
      threshold
      line
      markers
      hours
    }
  }

  private var summary: String {
    let peak = course.view.series.map(\.score).max() ?? 0
    let last = course.view.series.last?.score ?? 0
    let threshold = course.view.threshold.map { ", threshold \(Figure.score($0))" } ?? ""
    return "From \(Span.clock(from, now: visit.at)) to "
      + "\(Span.clock(to, now: visit.at)): highest \(Figure.score(peak)), now "
      + "\(Figure.score(last))\(threshold); \(Figure.plural(course.markers.count, "mark")) of actions."
  }

  /// How many nines a score has, straight within each decade.
  static func nines(_ score: Double) -> Double {
    guard score.isFinite, score > 0 else { return 0 }
    var rest = 1 - min(score, 1)
    var decades = 0.0
    while rest < 0.1, decades < maximumNines {
      rest *= 10
      decades += 1
    }
    return min(maximumNines, decades + (1 - rest) / 0.9)
  }

  private func y(_ score: Double) -> Double {
    let usable = height - top - bottom
    return height - bottom - usable * Self.nines(score) / Self.maximumNines
  }

  private func x(_ at: Timestamp) -> Double {
    let whole = max(0.001, Span.seconds(from: from, to: to))
    let part = min(max(0, Span.seconds(from: from, to: at)), whole)
    return left + (width - left - right) * part / whole
  }

  private var grid: HTML {
    .joined(
      [0, 0.9, 0.99, 0.999, 0.9999].map { score in
        .joined([
          .element(
            .line, .class("grid"), .set(.x1, text(left)), .set(.x2, text(width - right)),
            .set(.y1, text(y(score))), .set(.y2, text(y(score)))
          ) {},
          .element(
            .text, .class("axis"), .set(.x, text(left - 6)), .set(.y, text(y(score) + 4)),
            .set(.textAnchor, "end")
          ) {
            score == 0
              ? "0"
              : Figure.decimal(score, score < 0.95 ? 1 : score < 0.995 ? 2 : score < 0.9995 ? 3 : 4)
          },
        ])
      })
  }

  private var threshold: HTML {
    guard let threshold = course.view.threshold else { return .empty }
    return .joined([
      .element(
        .line, .class("threshold"), .set(.x1, text(left)), .set(.x2, text(width - right)),
        .set(.y1, text(y(threshold))), .set(.y2, text(y(threshold)))
      ) {},
      .element(
        .text, .class("threshold"), .set(.x, text(left + 6)),
        .set(.y, text(y(threshold) - 6))
      ) { "acts above \(Figure.score(threshold))" },
    ])
  }

  private var warmUp: HTML {
    guard course.view.warmUp?.isCold == true else { return .empty }
    return .joined([
      .element(
        .rect, .class("warm"), .set(.x, text(left)), .set(.y, text(top)),
        .set(.width, text(width - left - right)), .set(.height, text(height - top - bottom))
      ) {},
      .element(.text, .class("axis"), .set(.x, text(left + 6)), .set(.y, text(height - bottom - 8)))
      {
        "warm-up"
      },
    ])
  }

  /// Steps: a score holds until the next point.
  private var line: HTML {
    guard let first = course.view.series.first else { return .empty }
    var path = "M\(text(x(at(first)))) \(text(y(first.score)))"
    for point in course.view.series.dropFirst() {
      path += "H\(text(x(at(point))))V\(text(y(point.score)))"
    }
    path += "H\(text(x(to)))"
    return .element(.path, .class("score"), .set(.d, path)) {}
  }

  private func at(_ point: ScoreView.Point) -> Timestamp {
    Timestamp(microseconds: point.microseconds)
  }

  private var markers: HTML {
    .joined(
      course.markers.enumerated().map { index, marker in
        let x = x(marker.at)
        return .element(.g, .class("marker")) {
          HTML.element(
            .line, .set(.x1, text(x)), .set(.x2, text(x)), .set(.y1, text(top)),
            .set(.y2, text(height - bottom))
          ) {}
          HTML.element(
            .circle, .set(.cx, text(x)), .set(.cy, text(top - 8)), .set(.r, "9")
          ) {}
          HTML.element(
            .text, .set(.x, text(x)), .set(.y, text(top - 4)), .set(.textAnchor, "middle")
          ) { "\(index + 1)" }
        }
      })
  }

  private var hours: HTML {
    let ends = [(from, left, "start"), (to, width - right, "end")]
    return .joined(
      ends.map { at, x, anchor in
        .element(
          .text, .class("axis"), .set(.x, text(x)), .set(.y, text(height - 10)),
          .set(.textAnchor, anchor)
        ) { Span.clock(at, now: visit.at) }
      })
  }

  private func legend(_ kind: String, _ words: String) -> HTML {
    .element(.li) {
      HTML.element(
        .svg, .set(.viewBox, "0 0 30 12"), .set(.width, "30"), .set(.height, "12"),
        .set(.ariaHidden, "true")
      ) {
        if kind == "warm" {
          HTML.element(.rect, .class("warm"), .set(.width, "30"), .set(.height, "12")) {}
        } else if kind == "marker" {
          HTML.element(.g, .class("marker")) {
            HTML.element(.circle, .set(.cx, "15"), .set(.cy, "6"), .set(.r, "5")) {}
          }
        } else {
          HTML.element(.path, .class(kind), .set(.d, "M0 6H30")) {}
        }
      }
      " " + words
    }
  }

  private func text(_ value: Double) -> String { Figure.coordinate(value) }

  private static let maximumNines = 4.5
}
