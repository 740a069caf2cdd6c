import Geometry

/// Writes splats as SPZ, version 3 or 4.
public enum SPZWriter {
  /// Which layout.
  public enum Version: Int, Sendable, CaseIterable {
    /// One gzip, which everything reads.
    case gzip = 3
    /// A stream of Zstandard an attribute.
    case zstandard = 4
  }

  /// The bytes of a file.
  public static func encoded(_ scene: SplatScene, version: Version = .gzip) -> [UInt8] {
    let bits = fractionalBits(scene)
    let streams = streams(scene, fractionalBits: bits)
    switch version {
    case .gzip:
      var plain = header(scene, version: 3, bits: bits)
      plain.append(0)
      for stream in streams { plain += stream }
      return Compression.gzipped(plain)
    case .zstandard:
      var bytes = header(scene, version: 4, bits: bits)
      bytes.append(UInt8(streams.count))
      bytes.add(UInt32(32))
      bytes += [UInt8](repeating: 0, count: 12)
      let packed = streams.map { Compression.zstandard($0) }
      for (stream, part) in zip(streams, packed) {
        bytes.add(UInt64(part.count))
        bytes.add(UInt64(stream.count))
      }
      for part in packed { bytes += part }
      return bytes
    }
  }

  private static func header(_ scene: SplatScene, version: UInt32, bits: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.add(SPZFormat.magic)
    bytes.add(version)
    bytes.add(UInt32(scene.splats.count))
    return bytes + [0, UInt8(bits), 0]
  }

  /// As many bits behind the point as leave room before it; at least 12 where there is no room.
  private static func fractionalBits(_ scene: SplatScene) -> Int {
    let farthest = scene.splats.reduce(Float(0)) {
      max($0, $1.position.x.magnitude, $1.position.y.magnitude, $1.position.z.magnitude)
    }
    return (12...20).reversed().first { farthest * Float(1 << $0) < Float(1 << 23) - 1 } ?? 12
  }

  private static func streams(_ scene: SplatScene, fractionalBits: Int) -> [[UInt8]] {
    var positions: [UInt8] = [], alphas: [UInt8] = [], colors: [UInt8] = []
    var scales: [UInt8] = [], rotations: [UInt8] = []
    let unit = Float(1 << fractionalBits)
    let limit = Float(1 << 23) - 1
    for splat in scene.splats {
      for k in 0..<3 {
        let fixed = Int32(min(max((splat.position[k] * unit).rounded(), -limit), limit))
        for shift in [0, 8, 16] as [Int32] {
          positions.append(UInt8(truncatingIfNeeded: fixed >> shift))
        }
        let coefficient = (splat.color[k] - 0.5) / SplatScene.harmonic
        colors.append(SPZFormat.byte(coefficient * SPZFormat.colorScale * 255 + 127.5))
        let log = ElementaryFunctions.log(max(splat.scale[k], 1e-9))
        scales.append(SPZFormat.byte((log + 10) * 16))
      }
      alphas.append(SPZFormat.byte(splat.opacity * 255))
      rotations.add(SPZFormat.packed(splat.rotation))
    }
    return [positions, alphas, colors, scales, rotations, []]
  }
}
