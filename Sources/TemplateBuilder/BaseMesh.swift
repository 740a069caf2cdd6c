import FaceRig
import Foundation
import Geometry

/// The body mesh as its file has it: decimetres, quadrilaterals in named groups.
struct BaseMesh {
  struct Face {
    var group: String
    /// Four vertices.
    var vertices: [Int]
    /// Their texture coordinates' indices.
    var textureCoordinates: [Int]
  }

  var positions: [Vector3] = []
  var textureCoordinates: [SIMD2<Float>] = []
  var faces: [Face] = []

  init(path: String) throws(TemplateBuildError) {
    var scanner = try TextScanner(path: path)
    var group = ""
    while !scanner.isAtEnd {
      switch scanner.word() {
      case "v":
        positions.append(try scanner.vector())
      case "vt":
        let u = Float(try scanner.number())
        let v = Float(try scanner.number())
        textureCoordinates.append(SIMD2(u, v))
      case "g":
        group = scanner.word()
      case "f":
        var face = Face(group: group, vertices: [], textureCoordinates: [])
        while !scanner.isAtLineEnd() {
          face.vertices.append(try scanner.integer() - 1)
          guard scanner.skip(47) else { throw .malformed(path: path, line: scanner.line) }
          face.textureCoordinates.append(try scanner.integer() - 1)
        }
        guard face.vertices.count == 4 else {
          throw .malformed(path: path, line: scanner.line)
        }
        faces.append(face)
      default: break
      }
      scanner.nextLine()
    }
    for face in faces {
      for k in 0..<4
      where !positions.indices.contains(face.vertices[k])
        || !textureCoordinates.indices.contains(face.textureCoordinates[k])
      { throw .unexpectedMesh("a face refers to a vertex that is not there") }
    }
  }
}

/// How a shape target moves some vertices of the head, in decimetres.
struct ShapeTarget {
  var vertices: [Int] = []
  var deltas: [Vector3] = []

  /// Reads a target, keeping the vertices that `headIndex` (−1: none) maps to the head.
  init(path: String, headIndex: [Int]) throws(TemplateBuildError) {
    var scanner = try TextScanner(path: path)
    while !scanner.isAtEnd {
      if !scanner.isAtLineEnd(), !scanner.skip(35) {
        let vertex = try scanner.integer()
        let delta = try scanner.vector()
        guard headIndex.indices.contains(vertex) else {
          throw .malformed(path: path, line: scanner.line)
        }
        if headIndex[vertex] >= 0 {
          vertices.append(headIndex[vertex])
          deltas.append(delta)
        }
      }
      scanner.nextLine()
    }
  }

  /// Adds the movement, `weight` times, to a shape.
  func add(to shape: inout [Vector3], weight: Float) {
    if weight == 0 { return }
    for i in vertices.indices { shape[vertices[i]] += deltas[i] * weight }
  }
}

extension TextScanner {
  mutating func vector() throws(TemplateBuildError) -> Vector3 {
    let x = Float(try number())
    let y = Float(try number())
    let z = Float(try number())
    return Vector3(x, y, z)
  }
}
