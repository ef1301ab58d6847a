extension Problem {
  package static func invalid(_ detail: String, _ errors: [Mistake]? = nil) -> Problem {
    Problem("invalid", 400, "The request is not valid", detail: detail, errors: errors)
  }

  package static func notFound(_ detail: String) -> Problem {
    Problem("not-found", 404, "There is no such thing", detail: detail)
  }

  package static func conflict(_ detail: String) -> Problem {
    Problem("conflict", 409, "The order cannot be carried out as things are", detail: detail)
  }
}
