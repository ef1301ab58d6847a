extension HTML {
  /// Narrows the rows of the page as one types; shown where scripts run, as it does nothing without.
  static func filterBox(_ name: String) -> HTML {
    .element(.div, .class("filter"), .flag(.hidden)) {
      HTML.element(.label, .set(.for, "filter-" + name)) { "Narrow by any word " }
      HTML.void(
        .input, .id("filter-" + name), .set(.type, "search"), .set(.dataKey, "/"),
        .set(.autocomplete, "off"))
      HTML.element(.output, .set(.for, "filter-" + name)) {}
    }
  }
}
