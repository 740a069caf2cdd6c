import Foundation

/// What people and things are called: one line of text that looks like what it is.
///
/// Canonically composed, without spaces at the ends, runs of spaces as one. Refused are control
/// characters, line ends, what turns the direction of writing or is invisible (but for the joiners
/// that scripts and pictographs need), and code points that mean nothing.
enum DisplayName {
  /// Characters as people count them.
  static let mostCharacters = 64
  /// Bytes of UTF-8: a character can be made of any number of marks.
  static let mostBytes = 256

  /// A name in its form; nil where it is none.
  static func read(_ text: String) -> String? {
    guard text.utf8.count <= 4 * mostBytes else { return nil }
    let name = text.precomposedStringWithCanonicalMapping
      .split(whereSeparator: { $0.unicodeScalars.allSatisfy { $0.properties.isWhitespace } })
      .joined(separator: " ")
    guard !name.isEmpty, name.count <= mostCharacters, name.utf8.count <= mostBytes,
      text.unicodeScalars.allSatisfy(isAllowed), name.unicodeScalars.contains(where: isVisible)
    else { return nil }
    return name
  }

  /// A name that a request has to carry.
  ///
  /// - Throws: ``IdentityError/malformedBody(field:)`` naming the field.
  static func need(_ text: String, field: String = "name") throws(IdentityError) -> String {
    guard let name = read(text) else { throw .malformedBody(field: field) }
    return name
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
    // Joiners of scripts and pictographs.
    case .format: scalar.value == 0x200C || scalar.value == 0x200D
    default: !scalar.properties.isNoncharacterCodePoint
    }
  }

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .spaceSeparator, .format, .nonspacingMark, .enclosingMark, .spacingMark: false
    default: !scalar.properties.isDefaultIgnorableCodePoint && scalar.value != 0x2800
    }
  }
}
