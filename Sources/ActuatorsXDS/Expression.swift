internal import EnvoyAPI
internal import MeshModel

/// Builders for the Common Expression Language nodes Flyball needs.
///
/// Envoy accepts an expression that fails when evaluated and then never matches, so nothing here
/// takes text that could be malformed.
typealias Expression = Google_Api_Expr_V1alpha1_Expr

extension Expression {
  /// `request.time < timestamp("<instant>")`
  static func before(_ instant: Timestamp) -> Expression {
    call(
      "_<_", attribute("request", "time"), call("timestamp", string(instant.rfc3339)))
  }

  /// `int(request.time) < <second>`: at most a second sooner than `before`, at two thirds of its cost.
  static func beforeSecond(of instant: Timestamp) -> Expression {
    var second = Expression()
    second.constExpr.int64Value = instant.second
    return call("_<_", call("int", attribute("request", "time")), second)
  }

  /// `xds.listener_direction == 2`; the listener must set its traffic direction.
  static var isOutbound: Expression { isDirection(2) }

  /// `xds.listener_direction == 1 && !connection.mtls`: a request to the proxy's own workload over a
  /// connection without a client certificate.
  static var isUnauthenticated: Expression {
    call("_&&_", isDirection(1), call("!_", attribute("connection", "mtls")))
  }

  private static func isDirection(_ number: Int64) -> Expression {
    var direction = Expression()
    direction.constExpr.int64Value = number
    return call("_==_", attribute("xds", "listener_direction"), direction)
  }

  static func attribute(_ root: String, _ field: String) -> Expression {
    var expression = Expression()
    expression.selectExpr.operand.identExpr.name = root
    expression.selectExpr.field = field
    return expression
  }

  static func string(_ text: String) -> Expression {
    var expression = Expression()
    expression.constExpr.stringValue = text
    return expression
  }

  static func call(_ function: String, _ arguments: Expression...) -> Expression {
    var expression = Expression()
    expression.callExpr.function = function
    expression.callExpr.args = arguments
    return expression
  }
}
