/// The elements pages are made of. None of them runs a script or loads anything but its own file.
package enum Tag: String, Sendable {
  case html, head, title, body
  case header, nav, main, footer, section, article, aside
  case h1, h2, h3, h4, p, div, span, pre, code, strong, em, small, time, bdi, kbd, abbr
  case ul, ol, li, dl, dt, dd
  case table, caption, thead, tbody, tr, th, td
  case form, button, label, select, option, fieldset, legend, output
  case details, summary, figure, figcaption, dialog, progress, a
  /// Holds nothing: its file is named by an attribute.
  case script
  case svg, g, path, rect, circle, line, polyline, polygon, text, tspan, desc, defs, marker, pattern

  /// Whether a line ends after it, so that a page can be read and compared.
  var isBlock: Bool {
    switch self {
    case .html, .head, .title, .body, .header, .nav, .main, .footer, .section, .article, .aside,
      .h1, .h2, .h3, .h4, .p, .div, .pre, .ul, .ol, .li, .dl, .dd, .table, .caption, .thead,
      .tbody, .tr, .td, .form, .fieldset, .legend, .details, .summary, .figure, .figcaption,
      .dialog, .script, .svg, .g, .path, .rect, .circle, .line, .polyline, .polygon, .text, .desc,
      .defs, .marker, .pattern, .option, .button:
      true
    case .span, .code, .strong, .em, .small, .time, .bdi, .kbd, .abbr, .dt, .th, .label, .select,
      .output, .progress, .a, .tspan:
      false
    }
  }
}

/// Elements without content.
package enum VoidTag: String, Sendable {
  case meta, link, input, br, hr
}
