public import Geometry

/// The generic human head with its rig: one mesh, how people differ, how faces move.
///
/// Head frame, centimetres: x to the person's left, y up, z out of the face, origin near the
/// middle of the head. The template is about 0.9 of life size; lengths measured with it are
/// multiplied by 1 / 0.9 to be metric.
public struct Template: Sendable {
  /// What a triangle belongs to.
  public enum Part: UInt8, CaseIterable, Sendable {
    /// Face, scalp, ears and neck.
    case skin
    /// Eyeballs: closed spheres whose front is a flat iris disc.
    case leftEye, rightEye
    /// Inside the mouth.
    case upperTeeth, lowerTeeth, tongue
    /// Two strips an eye.
    case lashes
    /// The pouch behind the inner lip ring, continuous with the skin.
    case mouthInterior
    /// The pocket behind the lid ring, continuous with the skin.
    case eyeSocket
  }

  /// Where a landmark detector's point lies on the template.
  public struct LandmarkAnchor: Sendable, Equatable {
    /// What the point lies on; kinds are trusted differently.
    public enum Kind: UInt8, CaseIterable, Sendable {
      case lid, lip, oval, nose, surface
    }
    /// Three vertices.
    public var vertices: SIMD3<Int32>
    /// Their weights, summing to one.
    public var barycentric: Vector3
    /// What the point lies on.
    public var kind: Kind
    /// 0…1: how well defined the point is.
    public var confidence: Float
    /// Where detectors put the point relative to the surface, in the mean over people; centimetres.
    public var offset: Vector3
    /// The standard deviation of that offset between people; centimetres.
    public var biasSpread: Float

    /// Makes an anchor from its parts.
    public init(
      vertices: SIMD3<Int32>, barycentric: Vector3, kind: Kind, confidence: Float,
      offset: Vector3, biasSpread: Float
    ) {
      self.vertices = vertices
      self.barycentric = barycentric
      self.kind = kind
      self.confidence = confidence
      self.offset = offset
      self.biasSpread = biasSpread
    }

    /// The anchor's point, with its offset, on a mesh of the template's vertices.
    @inlinable
    public func point(on mesh: [Vector3]) -> Vector3 {
      mesh[Int(vertices.x)] * barycentric.x + mesh[Int(vertices.y)] * barycentric.y
        + mesh[Int(vertices.z)] * barycentric.z + offset
    }
  }

  /// One eyeball of the mean face.
  public struct Eye: Sendable, Equatable {
    /// The point that it turns about; centimetres.
    public var center: Vector3
    /// Of the white; centimetres.
    public var radius: Float
    /// From the centre to the plane of the iris; centimetres.
    public var irisDistance: Float
    /// Of the iris; centimetres.
    public var irisRadius: Float
    /// The eyeball's vertices.
    public var vertices: Range<Int>
    /// The vertex at the middle of the pupil.
    public var pupil: Int
    /// The vertices at the rim of the iris.
    public var irisRing: Range<Int>
    /// A great circle: the mean of these vertices is the centre, for every identity.
    public var equator: Range<Int>

    /// Makes an eye from its parts.
    public init(
      center: Vector3, radius: Float, irisDistance: Float, irisRadius: Float,
      vertices: Range<Int>, pupil: Int, irisRing: Range<Int>, equator: Range<Int>
    ) {
      self.center = center
      self.radius = radius
      self.irisDistance = irisDistance
      self.irisRadius = irisRadius
      self.vertices = vertices
      self.pupil = pupil
      self.irisRing = irisRing
      self.equator = equator
    }
  }

  /// A place where an upper and a lower rim meet when lids or lips close.
  public struct Contact: Sendable, Equatable {
    /// A vertex and how far it follows when a rim moves by 1.
    public struct Follower: Sendable, Equatable {
      /// Which vertex.
      public var vertex: Int
      /// 0…1.
      public var weight: Float

      /// Makes a follower.
      public init(vertex: Int, weight: Float) {
        self.vertex = vertex
        self.weight = weight
      }
    }
    /// The vertex of the upper rim.
    public var upper: Int
    /// The point of the lower rim lies between these two vertices.
    public var lower, lowerNext: Int
    /// How far from the first of them, 0…1.
    public var fraction: Float
    /// What follows the upper rim here.
    public var upperFollowers: [Follower]
    /// What follows the lower rim here; none where it stays (lids).
    public var lowerFollowers: [Follower]

    /// Makes a contact from its parts.
    public init(
      upper: Int, lower: Int, lowerNext: Int, fraction: Float, upperFollowers: [Follower],
      lowerFollowers: [Follower]
    ) {
      self.upper = upper
      self.lower = lower
      self.lowerNext = lowerNext
      self.fraction = fraction
      self.upperFollowers = upperFollowers
      self.lowerFollowers = lowerFollowers
    }

    /// From the lower to the upper rim, on a mesh of the template's vertices.
    @inlinable
    public func gap(on mesh: Span<Vector3>) -> Vector3 {
      mesh[upper] - mesh[lower] - (mesh[lowerNext] - mesh[lower]) * fraction
    }
  }

  /// The mean neutral face, corrections included.
  public let vertices: [Vector3]
  /// Vertex triples, counter-clockwise from outside.
  public let triangles: [SIMD3<Int32>]
  /// One a triangle.
  public let triangleParts: [Part]
  /// One a vertex, 0…1; a vertex on a seam has that of the first triangle that uses it.
  public let textureCoordinates: [SIMD2<Float>]
  /// Three a triangle: exact at seams too.
  public let cornerTextureCoordinates: [SIMD2<Float>]
  /// How many numbers describe a person.
  public let identityModeCount: Int
  /// How many of them, at the front, are principal modes of a population; the rest are smooth.
  public let principalModeCount: Int
  /// `[mode][vertex]`, centimetres for one standard deviation.
  public let identityModes: [Vector3]
  /// `[channel][vertex]`, 52 of them, centimetres at 1.
  public let expressionDeltas: [Vector3]
  /// The 468 points of the landmark detector.
  public let landmarks: [LandmarkAnchor]
  /// The eyeballs, on the person's left and right.
  public let leftEye, rightEye: Eye
  /// Lid rims, closed loops of vertices from the inner corner over the upper lid.
  public let leftLidRing, rightLidRing: [Int]
  /// Lip loops from the person's right corner over the upper lip.
  public let innerLipRing, outerLipRing: [Int]

  /// Where lids and lips meet, from corner to corner; rims never pass each other.
  public let leftLidContacts, rightLidContacts, lipContacts: [Contact]

  /// How many vertices there are.
  public var vertexCount: Int { vertices.count }

  /// The deltas of one channel, one a vertex.
  public func expressionDelta(_ channel: ExpressionChannel) -> ArraySlice<Vector3> {
    let n = vertices.count
    return expressionDeltas[channel.rawValue * n..<(channel.rawValue + 1) * n]
  }
}
