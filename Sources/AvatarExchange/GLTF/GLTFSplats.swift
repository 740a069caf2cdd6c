import Geometry
import PlainJSON

/// Splats in glTF by `KHR_gaussian_splatting`: a primitive of points.
enum GLTFSplats {
  static let name = "KHR_gaussian_splatting"

  /// Adds a scene's numbers; returns the JSON of its primitive.
  static func primitive(_ scene: SplatScene, in builder: inout GLTFBuilder) -> String {
    let splats = scene.splats
    let position = builder.add(splats.map(\.position), hasBounds: true)
    let rotation = builder.add(
      splats.flatMap { [$0.rotation.x, $0.rotation.y, $0.rotation.z, $0.rotation.w] },
      type: "VEC4", width: 4, target: 34962)
    let scale = builder.add(splats.map(\.scale))
    let opacity = builder.add(splats.map(\.opacity), type: "SCALAR", width: 1, target: 34962)
    let harmonic = builder.add(
      splats.map { ($0.color - Vector3(repeating: 0.5)) / SplatScene.harmonic })
    // Who does not know the extension draws points; their colours are linear there.
    let fallback = builder.add(
      splats.flatMap { s in
        (0..<3).map { Colors.linear(s.color[$0]) } + [min(max(s.opacity, 0), 1)]
      }, type: "VEC4", width: 4, target: 34962)
    var out = JSONWriter()
    out.object { out in
      out.object("attributes") { out in
        out.add("POSITION", position)
        out.add("COLOR_0", fallback)
        out.add("\(name):ROTATION", rotation)
        out.add("\(name):SCALE", scale)
        out.add("\(name):OPACITY", opacity)
        out.add("\(name):SH_DEGREE_0_COEF_0", harmonic)
      }
      out.add("mode", 0)
      out.object("extensions") { out in
        out.object(name) { out in
          out.add("kernel", "ellipse")
          out.add("colorSpace", "srgb_rec709_display")
          out.add("projection", "perspective")
          out.add("sortingMethod", "cameraDistance")
        }
      }
    }
    return out.text
  }
}

/// Between sRGB's coding and light.
enum Colors {
  /// Light for a code, both kept within 0…1.
  static func linear(_ code: Float) -> Float {
    let c = min(max(code, 0), 1)
    if c <= 0.04045 { return c / 12.92 }
    return ElementaryFunctions.exp(2.4 * ElementaryFunctions.log((c + 0.055) / 1.055))
  }

  /// The inverse.
  static func code(_ light: Float) -> Float {
    let l = min(max(light, 0), 1)
    if l <= 0.0031308 { return l * 12.92 }
    return 1.055 * ElementaryFunctions.exp(ElementaryFunctions.log(l) / 2.4) - 0.055
  }
}
