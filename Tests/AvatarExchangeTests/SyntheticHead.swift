import CZlib
import FaceRig
import Geometry

@testable import AvatarExchange

/// A head as another program would pack it: an egg with a jaw, two eyeballs and a neck, one splat a vertex.
struct SyntheticHead {
  var vertices: [Vector3] = []
  var triangles: [SIMD3<Int32>] = []
  /// Vertices of the left and of the right eye.
  var eyes: [Range<Int>] = []
  var offsets: [Vector3] = []
  var rotations: [Quaternion] = []
  var colors: [Vector3] = []
  /// How the jaw turns, radians about x, at coefficient 1.
  let jawTurn: Float = 0.2
  let eyeCenters: [Vector3] = [[0.031, 1.69, 0.065], [-0.031, 1.69, 0.065]]

  init() {
    ball(center: [0, 1.68, 0], radii: [0.075, 0.12, 0.09], rings: 24, sides: 32)
    for center in eyeCenters {
      let start = vertices.count
      ball(center: center, radii: [0.013, 0.013, 0.0133], rings: 8, sides: 12)
      eyes.append(start..<vertices.count)
    }
    var random = SeededRandom(seed: 2)
    for _ in vertices {
      offsets.append(Vector3(random.normal(), random.normal(), random.normal()) * 0.0001)
      rotations.append(
        Quaternion(w: random.normal(), x: random.normal(), y: random.normal(), z: random.normal())
          .normalized)
      colors.append([random.uniform(), random.uniform(), random.uniform()])
    }
  }

  private mutating func ball(center: Vector3, radii: Vector3, rings: Int, sides: Int) {
    let first = vertices.count
    for r in 0...rings {
      let (sr, cr) = ElementaryFunctions.sinCos(Float.pi * (Float(r) + 0.5) / Float(rings + 1))
      for s in 0..<sides {
        let (ss, cs) = ElementaryFunctions.sinCos(2 * Float.pi * Float(s) / Float(sides))
        vertices.append(center + radii * [sr * ss, cr, sr * cs])
      }
    }
    for r in 0..<rings {
      for s in 0..<sides {
        let a = first + r * sides + s, b = first + r * sides + (s + 1) % sides
        triangles.append(SIMD3(Int32(a), Int32(a + sides), Int32(b)))
        triangles.append(SIMD3(Int32(b), Int32(a + sides), Int32(b + sides)))
      }
    }
  }

  /// What a target adds to the vertices at 1.
  func delta(_ channel: ExpressionChannel) -> [Vector3] {
    var delta = [Vector3](repeating: .zero, count: vertices.count)
    let left = "\(channel)".hasSuffix("Left")
    switch channel {
    case .jawOpen:
      let turn = Matrix3(rotationVector: [jawTurn, 0, 0])
      let hinge = Vector3(0, 1.65, 0)
      for i in 0..<eyes[0].lowerBound where vertices[i].y < 1.64 {
        delta[i] = turn * (vertices[i] - hinge) + hinge - vertices[i]
      }
    case .eyeLookInLeft, .eyeLookOutLeft, .eyeLookInRight, .eyeLookOutRight:
      for i in eyes[left ? 0 : 1] { delta[i] = [0.003, 0, 0] }
    default: break
    }
    return delta
  }

  /// The joints' shares of the chest, the neck and the head.
  func weights(_ i: Int) -> SIMD3<Float> {
    let y = vertices[i].y
    return y > 1.62 ? [0, 0, 1] : y > 1.59 ? [0, 1, 0] : [1, 0, 0]
  }

  /// The mesh, with sparse targets.
  func mesh() -> [UInt8] {
    var file = MeshSample()
    var joints: [UInt8] = [], weights: [UInt8] = [], indices: [UInt8] = [], points: [UInt8] = []
    for i in vertices.indices {
      let w = self.weights(i)
      points.add(vertices[i])
      joints += [0, 1, 2, 0]
      for k in 0..<3 { weights.add(w[k]) }
      weights.add(Float(0))
    }
    for t in triangles { for k in 0..<3 { indices.add(UInt16(t[k])) } }
    let n = vertices.count
    let position = file.add(points, count: n, type: "VEC3", component: 5126)
    let joint = file.add(joints, count: n, type: "VEC4", component: 5121)
    let weight = file.add(weights, count: n, type: "VEC4", component: 5126)
    let index = file.add(
      indices, count: 3 * triangles.count, type: "SCALAR", component: 5123)
    let channels: [ExpressionChannel] = [
      .jawOpen, .eyeLookInLeft, .eyeLookOutLeft, .eyeLookInRight, .eyeLookOutRight,
    ]
    let targets = channels.map { "{\"POSITION\":\(file.add(delta($0)))}" }
    let names = channels.map { "\"\($0)\"" }
    return file.encoded(
      """
      "meshes":[{"primitives":[{"attributes":{"POSITION":\(position),"JOINTS_0":\(joint),\
      "WEIGHTS_0":\(weight)},"indices":\(index),"targets":[\(targets.joined(separator: ","))]}],\
      "extras":{"targetNames":[\(names.joined(separator: ","))]}}],\
      "skins":[{"joints":[1,2,3]}],"nodes":[{"mesh":0,"skin":0},\
      {"name":"chestUpper","children":[2]},{"name":"neckLower","children":[3]},{"name":"head"}]
      """)
  }

  /// The splats; colours themselves, or harmonics.
  func splats(isHarmonic: Bool = false, count: Int? = nil) -> [UInt8] {
    let count = count ?? vertices.count
    var bytes = Array("ply\nformat binary_little_endian 1.0\nelement vertex \(count)\n".utf8)
    for name in PLYWriter.properties { bytes += Array("property float \(name)\n".utf8) }
    bytes += Array("end_header\n".utf8)
    for i in 0..<count {
      bytes.add(offsets[i])
      bytes.add(Vector3.zero)
      bytes.add(
        isHarmonic ? (colors[i] - Vector3(repeating: 0.5)) / SplatScene.harmonic : colors[i])
      for v in [Float(1), -6, -6.5, -7] { bytes.add(v) }
      let q = rotations[i]
      for v in [q.w, q.x, q.y, q.z] { bytes.add(v) }
    }
    return bytes
  }

  /// The archive.
  func archive(isHarmonic: Bool = false, isDeflated: Bool = true) -> [UInt8] {
    ZipSample.archive(
      [
        ("me/", []), ("me/skin.glb", mesh()), ("__MACOSX/me/._skin.glb", [1, 2, 3]),
        ("me/offset.ply", splats(isHarmonic: isHarmonic)), ("me/vertex_order.json", [91, 93]),
      ], isDeflated: isDeflated)
  }
}

/// Writes zip archives.
enum ZipSample {
  static func archive(_ files: [(String, [UInt8])], isDeflated: Bool) -> [UInt8] {
    var bytes: [UInt8] = [], directory: [UInt8] = []
    for (name, contents) in files {
      let packed = isDeflated ? deflated(contents) : contents
      let start = bytes.count
      func common(_ out: inout [UInt8]) {
        for v in [20, 0, isDeflated ? 8 : 0, 0, 0] as [UInt16] { out.add(v) }
        out.add(Compression.checksum(contents))
        out.add(UInt32(packed.count))
        out.add(UInt32(contents.count))
        out.add(UInt16(name.utf8.count))
        out.add(UInt16(0))
      }
      bytes.add(UInt32(0x0403_4B50))
      common(&bytes)
      bytes += Array(name.utf8) + packed
      directory.add(UInt32(0x0201_4B50))
      directory.add(UInt16(20))
      common(&directory)
      for v in [0, 0, 0] as [UInt16] { directory.add(v) }
      directory.add(UInt32(0))
      directory.add(UInt32(start))
      directory += Array(name.utf8)
    }
    let start = bytes.count
    bytes += directory
    bytes.add(UInt32(0x0605_4B50))
    for v in [0, 0, UInt16(files.count), UInt16(files.count)] as [UInt16] { bytes.add(v) }
    bytes.add(UInt32(directory.count))
    bytes.add(UInt32(start))
    bytes.add(UInt16(0))
    return bytes
  }

  /// Deflated bytes without a wrapping.
  static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var packed = [UInt8](repeating: 0, count: Int(compressBound(uLong(bytes.count))))
    var count = uLong(packed.count)
    precondition(compress(&packed, &count, bytes, uLong(bytes.count)) == Z_OK)
    // Two bytes of zlib's before, four of its checksum behind.
    return Array(packed[2..<Int(count) - 4])
  }
}
