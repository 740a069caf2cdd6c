import FaceRig
import Geometry

extension Avatar {
  /// Reads an avatar from the bytes of a file; the inverse of ``encoded()``.
  ///
  /// Every count is checked against the bytes that must follow before memory is taken: at most 832
  /// bytes for each vertex, and eight times the file's size for the rest.
  ///
  /// - Throws: ``AvatarError``.
  /// - Complexity: O(size), some 20 ms for 3 MB.
  public init(bytes: [UInt8]) throws(AvatarError) {
    let directory = try AvatarDirectory(bytes)
    try self.init(base: directory)
    try readBases(directory)
  }

  /// Reads all but the bases, which stay empty.
  init(base directory: AvatarDirectory) throws(AvatarError) {
    let provenance = try Self.provenance(directory.reader(.provenance))
    var mesh = MeshSections()
    try mesh.readMesh(directory.reader(.mesh))
    try mesh.readExpressions(directory.reader(.expressions))
    try mesh.readLandmarks(directory.reader(.landmarks))
    try mesh.readFeatures(directory.reader(.features))
    let splats = try Self.splats(directory.reader(.splats), mesh)
    let (codeMap, reference, gazes) = try Self.codeMap(
      directory.reader(.codeMap), codeLength: splats.codeLength)
    var driving: DrivingModel?
    if directory.has(.driving) {
      driving = try Self.driving(directory.reader(.driving), codeLength: splats.codeLength)
    }
    var streamTransform: StreamTransform?
    if directory.has(.stream) {
      streamTransform = try StreamTransform(directory.reader(.stream))
      if streamTransform?.count != StateCoordinates.correction + splats.codeLength {
        throw .valueOutOfRange(.stream, offset: 0)
      }
    }
    self.init(
      template: mesh.template(), headShare: mesh.headShare, splats: splats, codeMap: codeMap,
      reference: reference, restingLeftGaze: gazes[0], restingRightGaze: gazes[1],
      driving: driving, streamTransform: streamTransform, provenance: provenance)
  }

  /// Reads the bases of an avatar that was made without.
  mutating func readBases(_ directory: AvatarDirectory) throws(AvatarError) {
    splats.bases = try Self.bases(
      directory.reader(.bases), splats.groups, splats.codeLength)
  }

  private static func provenance(_ reader: ByteReader) throws(AvatarError) -> Provenance {
    var r = reader
    let created = Double(bitPattern: try r.long())
    try r.check(created.isFinite)
    let width = try r.count(atMost: 1 << 20), height = try r.count(atMost: 1 << 20)
    let frames = try r.count(atMost: 1 << 30), fitted = try r.count(atMost: 1 << 30)
    let focal = try r.float()
    let steps = try r.count(atMost: 1 << 30)
    let seed = try r.long()
    let length = Int(try r.byte())
    var name: [UInt8] = []
    for _ in 0..<length { name.append(try r.byte()) }
    try r.finish()
    return Provenance(
      created: created, softwareName: name, captureWidth: width, captureHeight: height,
      captureFrames: frames, fittedFrames: fitted, focalLength: focal, steps: steps, seed: seed)
  }

  private static func splats(
    _ reader: ByteReader, _ mesh: MeshSections
  ) throws(AvatarError) -> SplatModel {
    var r = reader
    let count = try r.count(atMost: AvatarFormat.largestSplatCount)
    let codeLength = try r.count(atMost: AvatarFormat.largestCodeLength)
    try r.check(count > 0 && codeLength > 0 && codeLength % 8 == 0)
    var groups: [SplatGroup] = []
    var next = 0
    let groupCount = try r.count(atMost: 16)
    for _ in 0..<groupCount {
      let kind = SplatGroup.Kind(rawValue: try r.byte())
      let size = try r.count(atMost: count - next)
      guard let kind else { throw .valueOutOfRange(.splats, offset: r.offset) }
      groups.append(SplatGroup(kind: kind, range: next..<next + size))
      next += size
    }
    try r.check(next == count)
    try r.require(count * (6 + 4 + 2 * SplatAttribute.count))
    let points = mesh.vertices.count + BodyBlend.virtualVertexCount
    var corners = [Int32](repeating: 0, count: 3 * count)
    for i in corners.indices { corners[i] = Int32(try r.index(below: points)) }
    var barycentric = [Float](repeating: 0, count: 3 * count)
    for i in 0..<count {
      let a = Float(try r.short()) / 65535
      let b = Float(try r.short()) / 65535
      barycentric[3 * i] = a
      barycentric[3 * i + 1] = b
      barycentric[3 * i + 2] = 1 - a - b
    }
    var base = [Float](repeating: 0, count: SplatAttribute.count * count)
    for row in 0..<SplatAttribute.count {
      for group in groups {
        let low = try r.float()
        let step = try r.float()
        for i in group.range {
          base[i * SplatAttribute.count + row] = low + Float(try r.short()) * step
        }
      }
    }
    try r.finish()
    let (area, share) = mesh.rest(corners: corners, barycentric: barycentric)
    return SplatModel(
      codeLength: codeLength, groups: groups, corners: corners, barycentric: barycentric,
      inverseRestArea: area, headShare: share, base: base, bases: groups.map { _ in [] })
  }

  private static func bases(
    _ reader: ByteReader, _ groups: [SplatGroup], _ codeLength: Int
  ) throws(AvatarError) -> [[Float]] {
    var r = reader
    var bases: [[Float]] = []
    for group in groups {
      let columns = group.rows * codeLength
      let steps = try r.floats(columns)
      let count = group.range.count * columns
      try r.require(ByteReader.packedSixBitsLength(count))
      var values = [Float](repeating: 0, count: count)
      var column = 0
      var target = values.mutableSpan
      try r.packedSixBits(count) { i, level in
        target[i] = (Float(level) - 31) * steps[column]
        column += 1
        if column == columns { column = 0 }
      }
      bases.append(values)
    }
    try r.finish()
    return bases
  }

  private static func codeMap(
    _ reader: ByteReader, codeLength: Int
  ) throws(AvatarError) -> (CodeMap, RigidTransform, [Gaze]) {
    var r = reader
    let inputs = try r.count(atMost: CodeMap.inputCount)
    try r.check(inputs == CodeMap.inputCount)
    let mean = try r.floats(inputs), scale = try r.floats(inputs)
    let lower = try r.floats(inputs), upper = try r.floats(inputs)
    let weights = try r.floats(codeLength * (inputs + 1))
    let x = try r.vector(), y = try r.vector(), z = try r.vector()
    let translation = try r.vector()
    let angles = try r.floats(4)
    try r.finish()
    return (
      CodeMap(
        codeLength: codeLength, mean: mean, scale: scale, lower: lower, upper: upper,
        weights: weights),
      RigidTransform(rotation: Matrix3(x, y, z).orthonormalized, translation: translation),
      [Gaze(yaw: angles[0], pitch: angles[1]), Gaze(yaw: angles[2], pitch: angles[3])]
    )
  }

  private static func driving(
    _ reader: ByteReader, codeLength: Int
  ) throws(AvatarError) -> DrivingModel {
    var r = reader
    let pixels = try r.float()
    try r.check(pixels > 0)
    let n = codeLength + DrivingModel.poseUnknowns
    // Squared residuals of a whole picture per squared radian: large numbers are ordinary.
    let matrix = try r.floats(n * n, atMost: 1e15)
    let range = try r.floats(codeLength)
    try r.finish()
    return DrivingModel(
      pixelsPerCentimetre: pixels, normalMatrix: matrix, correctionRange: range)
  }
}
