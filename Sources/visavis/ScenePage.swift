import AvatarExchange
import Foundation
import Geometry

/// A scene as the page of `visavis view` takes it: splats and meshes ready to be drawn.
///
/// `Web/view/scene-file.js` reads it, and says its layout.
enum ScenePage {
  /// Reads a file and writes what the page takes.
  ///
  /// - Throws: ``FileFailure`` where the file is missing, or none that is known.
  static func bytes(of path: String) throws(FileFailure) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .notFound(path: path)
    }
    let bytes = [UInt8](data)
    do throws(ExchangeError) {
      if bytes.starts(with: Array("glTF".utf8)) { return try mixed(GLBReader(bytes)) }
      return page(try SplatScene(bytes: bytes), [])
    } catch { throw .damaged(path: path, error) }
  }

  /// Splats, meshes, or both.
  private static func mixed(_ reader: GLBReader) throws(ExchangeError) -> [UInt8] {
    let splats = try? reader.splats()
    guard let meshes = try? reader.meshes() else {
      if let splats { return page(splats, []) }
      // What says that there is nothing says best why.
      return page(try reader.splats(), [])
    }
    return page(splats ?? SplatScene(splats: []), meshes)
  }

  static func page(_ scene: SplatScene, _ meshes: [TriangleMesh]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(16 + 40 * scene.splats.count)
    for word in [0x4e43_5356, 1, UInt32(scene.splats.count), UInt32(meshes.count)] {
      add(word, to: &out)
    }
    for splat in scene.splats { add(splat.position, to: &out) }
    for splat in scene.splats {
      let turn = splat.rotation.matrix, s = splat.scale
      let (x, y, z) = (turn.x * s.x, turn.y * s.y, turn.z * s.z)
      // Σ = M Mᵀ: xx xy xz yy yz zz.
      for (i, j) in [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)] {
        add((x[i] * x[j] + y[i] * y[j] + z[i] * z[j]).bitPattern, to: &out)
      }
    }
    for splat in scene.splats { add(splat.color, splat.opacity, to: &out) }
    for mesh in meshes { add(mesh, to: &out) }
    return out
  }

  private static func add(_ mesh: TriangleMesh, to out: inout [UInt8]) {
    add(UInt32(mesh.positions.count), to: &out)
    add(UInt32(3 * mesh.triangles.count), to: &out)
    var normals = [Vector3](repeating: .zero, count: mesh.positions.count)
    for t in mesh.triangles {
      let (a, b, c) = (Int(t.x), Int(t.y), Int(t.z))
      let p = mesh.positions[a]
      // Twice the triangle's area: larger ones count more.
      let normal = (mesh.positions[b] - p).cross(mesh.positions[c] - p)
      for k in [a, b, c] { normals[k] = normals[k] + normal }
    }
    for position in mesh.positions { add(position, to: &out) }
    for normal in normals {
      let length = normal.length
      add(length > 0 ? normal * (1 / length) : Vector3(0, 1, 0), to: &out)
    }
    for k in mesh.positions.indices {
      add(k < mesh.colors.count ? mesh.colors[k] : Vector3(0.7, 0.7, 0.7), 1, to: &out)
    }
    for t in mesh.triangles {
      for k in 0..<3 { add(UInt32(bitPattern: t[k]), to: &out) }
    }
  }

  private static func add(_ word: UInt32, to out: inout [UInt8]) {
    for shift in stride(from: 0, to: 32, by: 8) {
      out.append(UInt8(truncatingIfNeeded: word >> UInt32(shift)))
    }
  }

  private static func add(_ vector: Vector3, to out: inout [UInt8]) {
    for k in 0..<3 { add(vector[k].bitPattern, to: &out) }
  }

  private static func add(_ color: Vector3, _ opacity: Float, to out: inout [UInt8]) {
    for value in [color.x, color.y, color.z, opacity] {
      out.append(UInt8(max(0, min(255, (value * 255).rounded()))))
    }
  }
}
