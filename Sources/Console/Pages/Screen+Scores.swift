internal import ControlViews
internal import MeshModel

extension Screen {
  package static func scores(_ page: ScorePage, _ visit: Visit) -> HTML {
    frame("Scores", in: .scores, visit) {
      HTML.element(.h1) { "Scores" }
      HTML.element(.div, .id("scores"), .set(.dataLive, "")) {
        if let course = page.chosen { chosen(course, visit) }
        if page.scores.isEmpty {
          HTML.element(.p, .class("none")) {
            "No subject has a score now or had one of late: nothing speaks against anybody."
          }
        } else {
          HTML.element(.h2) { "Who is suspected of what" }
          HTML.filterBox("scores")
          HTML.table(
            "Subjects with a score, the highest first",
            ["Subject", "Score", "Detector", "Acts from", "Learned", "Acted on"],
            rows: page.scores.map { score in
              [
                .element(.a, .href(.scores(of: score.subject)), .set(.dataKey, "Enter")) {
                  HTML.subject(score.subject)
                },
                .text(Figure.score(score.score)), .text(score.loudest?.detector ?? "–"),
                .text(score.threshold.map { Figure.score($0) } ?? "no policy"),
                warmUp(score.warmUp),
                score.measures.first.map { measure in
                  .element(.a, .href(.action(measure.action))) { measure.stage }
                } ?? .text("–"),
              ]
            }, rowID: { "subject-\($0)" })
        }
      }
    }
  }

  private static func chosen(_ course: ScorePage.Course, _ visit: Visit) -> HTML {
    .element(.section, .set(.ariaLabelledby, "course")) {
      HTML.element(.h2, .id("course")) {
        "Score of "
        HTML.subject(course.view.subject)
      }
      if course.mayOrder { ordering(course.view.subject) }
      ScorePicture(course, visit).figure
      HTML.element(.div, .class("columns")) {
        HTML.element(.section, .class("panel")) {
          HTML.element(.h3) { "What tells against it" }
          if course.view.evidence.isEmpty {
            HTML.element(.p, .class("none")) { "Nothing at this moment." }
          } else {
            HTML.element(.ol) {
              for evidence in course.view.evidence {
                HTML.element(.li) { HTML.foreign(words(evidence)) }
              }
            }
          }
        }
        HTML.element(.section, .class("panel")) {
          HTML.element(.h3) { "What was done" }
          if course.markers.isEmpty {
            HTML.element(.p, .class("none")) { "Nothing in this time." }
          } else {
            HTML.element(.ol, .class("markers")) {
              for marker in course.markers {
                HTML.element(.li) {
                  HTML.instant(marker.at, visit)
                  " "
                  HTML.element(.a, .href(.action(marker.action))) { marker.text }
                }
              }
            }
          }
        }
      }
      HTML.element(.h3) { "Those who did nothing" }
      // What is no subject is shown as it is.
      neighbours(
        course.neighbours,
        of: (try? Subject(parsing: course.view.subject))?.name ?? course.view.subject)
      HTML.element(.details, .class("evidence"), .id("samples")) {
        HTML.element(.summary) { "The same as a table" }
        HTML.table(
          "Score over time", ["Time, UTC", "Score"],
          rows: course.view.series.map { point in
            [
              .instant(Timestamp(microseconds: point.microseconds), visit),
              .text(Figure.score(point.score)),
            ]
          })
      }
    }
  }

  private static func ordering(_ subject: String) -> HTML {
    .element(.p, .class("beside")) {
      HTML.element(.a, .class("button"), .href(.preview(of: subject))) {
        Order.order.title + " against it…"
      }
    }
  }

  private static func warmUp(_ warmUp: ScoreView.WarmUp?) -> HTML {
    guard let warmUp else { return .text("nothing needed") }
    return warmUp.isCold
      ? .badge(.waits, "warming up: \(warmUp.learnedMinutes) min") : .badge(.good, "yes")
  }

  private static func words(_ evidence: AlertView.Evidence) -> String {
    "\(evidence.feature): shown in \(Figure.count(evidence.shown)) of "
      + "\(Figure.count(evidence.total)), where the reference allows "
      + Figure.percent(evidence.allowed)
  }
}
