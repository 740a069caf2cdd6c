/// The rows of one splat's attributes.
public enum SplatAttribute {
  /// Offset from the anchor on the triangle, in the triangle's frame, centimetres: rows 0, 1, 2.
  public static let position = 0
  /// Quaternion w, x, y, z: rows 3…6.
  public static let rotation = 3
  /// Natural logarithms of the three axes in centimetres: rows 7, 8, 9.
  public static let logScale = 7
  /// Logit of opacity / 0.99: row 10.
  public static let opacity = 10
  /// Red, green, blue, sRGB-coded 0…1: rows 11, 12, 13.
  public static let color = 11
  /// How many rows there are.
  public static let count = 14
}

/// A run of splats that have bases in the same rows.
public struct SplatGroup: Sendable, Equatable {
  /// What the splats are bound to.
  public enum Kind: UInt8, Sendable {
    /// The skin, eyes, teeth and tongue of the template's mesh; every row has bases.
    case surface = 0
    /// The head as a rigid body (hair, ears, glasses, hats); opacity and colour have bases.
    case head = 1
    /// The torso as a rigid body (neck, shoulders, clothes); opacity and colour have bases.
    case torso = 2
    /// The mesh, as `surface`; no row has bases. Heads that other programs made are such.
    case fixed = 3

    /// The first attribute row with bases.
    public var firstRow: Int {
      switch self {
      case .surface: 0
      case .head, .torso: SplatAttribute.opacity
      case .fixed: SplatAttribute.count
      }
    }
  }

  /// What the splats are bound to.
  public let kind: Kind
  /// The splats' indices.
  public let range: Range<Int>

  /// Makes a group.
  public init(kind: Kind, range: Range<Int>) {
    self.kind = kind
    self.range = range
  }

  /// Rows with bases.
  public var rows: Int { SplatAttribute.count - kind.firstRow }
}

/// The splats of an avatar: where each is bound, its attributes, and its bases.
public struct SplatModel: Sendable {
  /// Numbers in a code; a multiple of 8.
  public let codeLength: Int
  /// The groups, in order, covering every splat.
  public let groups: [SplatGroup]
  /// `[splat][3]`: the vertices of the triangle each splat is bound to.
  public let corners: [Int32]
  /// `[splat][3]`: the anchor's barycentric coordinates, summing to one.
  public let barycentric: [Float]
  /// `[splat]`: one over twice the triangle's area at rest.
  public let inverseRestArea: [Float]
  /// `[splat]`: the share of the head in the splat's rigid motion; the torso has the rest.
  public let headShare: [Float]
  /// `[splat][14]`: attributes at the code zero.
  public var base: [Float]
  /// One array a group, `[splat][rows][codeLength]`; empty ones count as zero, as while an
  /// avatar's bases have not arrived.
  public var bases: [[Float]]

  /// How many splats there are.
  public var count: Int { headShare.count }

  /// Whether no splat has bases: codes and corrections move nothing then.
  public var isFixed: Bool { !groups.isEmpty && groups.allSatisfy { $0.rows == 0 } }

  /// Makes a model with bases of zero.
  ///
  /// - Precondition: the groups cover `headShare.count` splats in order and the arrays agree.
  public init(
    codeLength: Int, groups: [SplatGroup], corners: [Int32], barycentric: [Float],
    inverseRestArea: [Float], headShare: [Float], base: [Float], bases: [[Float]]? = nil
  ) {
    let count = headShare.count
    precondition(codeLength > 0 && codeLength % 8 == 0)
    precondition(corners.count == 3 * count && barycentric.count == 3 * count)
    precondition(inverseRestArea.count == count && base.count == SplatAttribute.count * count)
    var next = 0
    for group in groups {
      precondition(group.range.lowerBound == next)
      next = group.range.upperBound
    }
    precondition(next == count)
    self.codeLength = codeLength
    self.groups = groups
    self.corners = corners
    self.barycentric = barycentric
    self.inverseRestArea = inverseRestArea
    self.headShare = headShare
    self.base = base
    self.bases =
      bases
      ?? groups.map { [Float](repeating: 0, count: $0.range.count * $0.rows * codeLength) }
  }
}
