/// How a list of one value a line is written.
package struct ListFormat: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    /// Addresses, blocks, names and URLs, told apart by their form. A name stands for those below it
    /// too when `subdomains`, or when it is written `*.name` or `.name`.
    case targets(subdomains: Bool)
    case userAgents
    case fingerprints
  }

  package enum Layout: Hashable, Sendable {
    /// The value is the line; what follows ` #`, ` ;` or ` //` is a comment.
    case lines
    /// The value is a column, counted from 1. A field may stand in double quotes (RFC 4180) and may
    /// not span lines.
    case columns(Separator, value: Int, hasHeader: Bool)
  }

  package enum Separator: Hashable, Sendable {
    case comma
    case semicolon
    case tab
    /// Any number of spaces and tabs, as in a hosts file.
    case blanks
  }

  package var content: Content
  package var layout: Layout

  package init(content: Content, layout: Layout = .lines) {
    self.content = content
    self.layout = layout
  }
}
