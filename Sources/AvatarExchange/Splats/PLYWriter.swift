import Geometry

/// Writes splats as the programs of 3D Gaussian splatting do: PLY, binary.
///
/// Its axes are x right, y down, z forward. Scales are natural logarithms, opacities logits, quaternions
/// w x y z, colours the zeroth harmonic's coefficients.
public enum PLYWriter {
  static let properties = [
    "x", "y", "z", "nx", "ny", "nz", "f_dc_0", "f_dc_1", "f_dc_2", "opacity", "scale_0", "scale_1",
    "scale_2", "rot_0", "rot_1", "rot_2", "rot_3",
  ]

  /// The bytes of a file.
  public static func encoded(_ scene: SplatScene) -> [UInt8] {
    var header = "ply\nformat binary_little_endian 1.0\nelement vertex \(scene.splats.count)\n"
    for name in properties { header += "property float \(name)\n" }
    var bytes = Array((header + "end_header\n").utf8)
    bytes.reserveCapacity(bytes.count + scene.splats.count * properties.count * 4)
    for splat in scene.splats {
      let p = splat.position, q = splat.rotation, s = splat.scale
      bytes.add(Vector3(p.x, -p.y, -p.z))
      bytes.add(Vector3.zero)
      bytes.add((splat.color - Vector3(repeating: 0.5)) / SplatScene.harmonic)
      bytes.add(Curves.logit(splat.opacity))
      for k in 0..<3 { bytes.add(ElementaryFunctions.log(max(s[k], 1e-9))) }
      for v in [q.w, q.x, -q.y, -q.z] { bytes.add(v) }
    }
    return bytes
  }
}
