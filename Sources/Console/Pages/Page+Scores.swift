internal import MeshModel

extension Page {
  package static func scores(_ view: ScoreView, _ visit: Visit) -> HTML {
    frame("Scores", in: .scores, visit) {
      HTML.element(.h1) { "Scores" }
      HTML.element(.div, .id("scores"), .set(.dataLive, "")) {
        if let course = view.chosen { chosen(course, visit) }
        if view.subjects.isEmpty {
          HTML.element(.p, .class("none")) {
            "No subject has a score: nothing speaks against anybody."
          }
        } else {
          HTML.element(.h2) { "Who is suspected of what" }
          HTML.filterBox("scores")
          HTML.table(
            "Subjects with a score, the highest first",
            ["Subject", "Score", "By two alike", "Detector", "Acted on"],
            rows: view.subjects.map { standing in
              [
                .element(.a, .href(.scores(of: standing.subject)), .set(.dataKey, "Enter")) {
                  HTML.subject(standing.subject)
                },
                .text(Figure.score(standing.score)), .text(Figure.score(standing.corroborated)),
                .text(standing.detector),
                standing.action.map { id in
                  .element(.a, .href(.action(id))) { id }
                } ?? .text("–"),
              ]
            }, rowID: { "subject-\($0)" })
        }
      }
    }
  }

  private static func chosen(_ course: ScoreView.Course, _ visit: Visit) -> HTML {
    .element(.section, .set(.ariaLabelledby, "course")) {
      HTML.element(.h2, .id("course")) {
        "Score of "
        HTML.subject(course.subject)
      }
      ScorePicture(course, visit).figure
      HTML.element(.div, .class("columns")) {
        HTML.element(.section, .class("panel")) {
          HTML.element(.h3) { "What tells against it" }
          if course.features.isEmpty {
            HTML.element(.p, .class("none")) { "Nothing at this moment." }
          } else {
            HTML.element(.ol) {
              for feature in course.features { HTML.element(.li) { HTML.foreign(feature) } }
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
      neighbours(
        course.neighbours,
        of: (try? Subject(parsing: course.subject))?.name ?? course.subject)  // Shown as it is.
      HTML.element(.details, .class("evidence"), .id("samples")) {
        HTML.element(.summary) { "The same as a table" }
        HTML.table(
          "Score over time", ["Time, UTC", "Score", "By two alike"],
          rows: course.samples.map {
            [
              .instant($0.at, visit), .text(Figure.score($0.score)),
              .text(Figure.score($0.corroborated)),
            ]
          })
      }
    }
  }
}
