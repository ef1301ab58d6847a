/// Puts the pieces of a page one after the other; a string among them is text.
@resultBuilder
package enum HTMLBuilder {
  package static func buildExpression(_ piece: HTML) -> HTML { piece }
  package static func buildExpression(_ text: String) -> HTML { .text(text) }
  package static func buildBlock(_ pieces: HTML...) -> HTML { .joined(pieces) }
  package static func buildOptional(_ piece: HTML?) -> HTML { piece ?? .empty }
  package static func buildEither(first piece: HTML) -> HTML { piece }
  package static func buildEither(second piece: HTML) -> HTML { piece }
  package static func buildArray(_ pieces: [HTML]) -> HTML { .joined(pieces) }
}
