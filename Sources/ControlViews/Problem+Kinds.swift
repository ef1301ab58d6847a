extension Problem {
  package static func invalid(_ detail: String, _ errors: [Mistake]? = nil) -> Problem {
    Problem("invalid", 400, "The request is not valid", detail: detail, errors: errors)
  }

  package static func forbidden(_ detail: String) -> Problem {
    Problem("forbidden", 403, "You may not do this", detail: detail)
  }

  package static func notFound(_ detail: String) -> Problem {
    Problem("not-found", 404, "There is no such thing", detail: detail)
  }

  package static func conflict(_ detail: String) -> Problem {
    Problem("conflict", 409, "The order cannot be carried out as things are", detail: detail)
  }

  package static func unsupported(_ detail: String) -> Problem {
    Problem("unsupported", 415, "The body is of another type", detail: detail)
  }

  package static var keyReused: Problem {
    Problem(
      "key-reused", 422, "The key belongs to another order",
      detail: "this Idempotency-Key was sent with another order less than a day ago")
  }

  package static func unavailable(_ detail: String) -> Problem {
    Problem("unavailable", 503, "There is no room now", detail: detail)
  }

  /// What went wrong on the way, before or behind what an operation says itself.
  package static func status(_ status: Int, _ detail: String) -> Problem {
    switch status {
    case 404: notFound(detail)
    case 405: Problem("method", 405, "That is not done there", detail: detail)
    case 413: Problem("too-large", 413, "The body is too large", detail: detail)
    case 400..<500: invalid(detail)
    default: Problem("internal", 500, "Something went wrong in Flyball", detail: detail)
    }
  }
}
