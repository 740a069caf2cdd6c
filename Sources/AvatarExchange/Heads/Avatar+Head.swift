public import AvatarModel
import FaceRig
import Geometry

extension Avatar {
  /// A head of another program as an avatar: our streams drive it as they drive ours.
  ///
  /// The avatar's vertices are the splats' middles, and every splat is bound to its own and two nearby
  /// ones: where the coefficients move them it goes along, and turns and stretches as they do. The
  /// head's joint follows the face, the chest the torso, the neck is between. Eyeballs are turned by
  /// the gaze, so that targets for looking move the lids alone. There are no triangles, no landmarks and
  /// no bases: such an avatar has no mesh to export, and follows no picture by itself.
  ///
  /// - Parameter created: seconds since 1970.
  /// - Throws: ``ExchangeError`` where no eyeballs are found.
  public init(head: GaussianHead, created: Double, software: String) throws(ExchangeError) {
    let eyes = try HeadEyes(head)
    let placement = HeadPlacement(eyes: eyes)
    // Eyeballs first, each followed by the points that its centre is told from.
    var order: [Int?] = [], ranges: [Range<Int>] = []
    for eye in [eyes.left, eyes.right] {
      let start = order.count
      order += eye.vertices.map { $0 } + [Int?](repeating: nil, count: HeadEyes.helperCount)
      ranges.append(start..<order.count)
    }
    let isEye = eyes.marks(count: head.surface.count)
    order += head.surface.indices.filter { !isEye[$0] }.map { $0 }

    let helpers = [eyes.left, eyes.right].map { placement.helpers(of: $0) }
    var indexOf = [Int](repeating: 0, count: head.surface.count)
    var vertices: [Vector3] = [], shares: [Float] = []
    for (k, source) in order.enumerated() {
      if let source {
        indexOf[source] = k
        vertices.append(placement.point(head.splats[source].position))
        shares.append(head.headShare[source])
      } else {
        let side = ranges[0].contains(k) ? 0 : 1
        vertices.append(helpers[side][k - ranges[side].upperBound + HeadEyes.helperCount])
        shares.append(1)
      }
    }
    let looks: [ExpressionChannel] = [
      .eyeLookDownLeft, .eyeLookInLeft, .eyeLookOutLeft, .eyeLookUpLeft, .eyeLookDownRight,
      .eyeLookInRight, .eyeLookOutRight, .eyeLookUpRight,
    ]
    let n = vertices.count
    var deltas = [Vector3](repeating: .zero, count: ExpressionChannel.count * n)
    for (channel, movement) in head.deltas {
      let turnsEyes = looks.contains(channel)
      for (source, delta) in movement.enumerated() where !(turnsEyes && isEye[source]) {
        deltas[channel.rawValue * n + indexOf[source]] = delta * HeadPlacement.scale
      }
    }
    let template = Template(
      vertices: vertices, triangles: [], triangleParts: [], cornerTextureCoordinates: [],
      identityModes: [], principalModeCount: 0, expressionDeltas: deltas, landmarks: [],
      leftEye: placement.eye(eyes.left, ranges[0]),
      rightEye: placement.eye(eyes.right, ranges[1]), leftLidRing: [], rightLidRing: [],
      innerLipRing: [], outerLipRing: [], leftLidContacts: [], rightLidContacts: [],
      lipContacts: [])
    let neighbours = HeadNeighbours(head)
    let splats = HeadSplats.model(
      head, template: template, headShare: shares, indexOf: indexOf, neighbours: neighbours)
    let inputs = CodeMap.inputCount
    func all(_ value: Float) -> [Float] { [Float](repeating: value, count: inputs) }
    self.init(
      template: template, headShare: shares, splats: splats,
      codeMap: CodeMap(
        codeLength: splats.codeLength, mean: all(0), scale: all(1), lower: all(-1),
        upper: all(1), weights: [Float](repeating: 0, count: splats.codeLength * (inputs + 1))),
      reference: RigidTransform(
        rotation: Matrix3([1, 0, 0], [0, -1, 0], [0, 0, -1]), translation: [0, 0, 60]),
      provenance: Provenance(
        created: created, software: software, captureWidth: 512, captureHeight: 512,
        captureFrames: 0, fittedFrames: 0, focalLength: 1.6 * 512, steps: 0, seed: 0))
  }
}

/// Where a head of another program stands in an avatar's coordinates.
struct HeadPlacement {
  /// Centimetres of the template, which is 0.9 of life size, for a metre.
  static let scale: Float = 90
  /// Where the template's eyes are, on the whole.
  private static let eyes = Vector3(0, 2.1, 1.95)
  /// Of an eyeball's radius: to the iris, and of the iris.
  private static let iris: (distance: Float, radius: Float) = (0.936, 0.352)

  private let middle: Vector3

  init(eyes: HeadEyes) { middle = (eyes.left.center + eyes.right.center) * 0.5 }

  /// A point of the other program, metres.
  func point(_ p: Vector3) -> Vector3 { (p - middle) * Self.scale + Self.eyes }

  /// A great circle about an eye's centre, then the pupil.
  func helpers(of eye: HeadEyes.Ball) -> [Vector3] {
    let center = point(eye.center), r = eye.radius * Self.scale
    return [[r, 0, 0], [0, r, 0], [-r, 0, 0], [0, -r, 0], [0, 0, r * Self.iris.distance]]
      .map { center + $0 }
  }

  /// An eye whose vertices have a range, the helpers last.
  func eye(_ ball: HeadEyes.Ball, _ range: Range<Int>) -> Template.Eye {
    let radius = ball.radius * Self.scale
    let ring = range.upperBound - HeadEyes.helperCount..<range.upperBound - 1
    return Template.Eye(
      center: point(ball.center), radius: radius, irisDistance: radius * Self.iris.distance,
      irisRadius: radius * Self.iris.radius, vertices: range, pupil: range.upperBound - 1,
      irisRing: ring, equator: ring)
  }
}
