import FaceRig
import Geometry
import PlainJSON

/// An avatar's mesh in glTF: one primitive with a texture and 52 morph targets, named in
/// `extras.targetNames`.
enum GLTFMesh {
  /// Adds a mesh's numbers and its texture; returns the JSON of the mesh, and the texture's view.
  ///
  /// - Parameter isSkinned: whether joints and weights are added: head, torso, left and right eye.
  static func mesh(
    _ mesh: AvatarMesh, isSkinned: Bool, in builder: inout GLTFBuilder
  ) -> (json: String, texture: Int) {
    let position = builder.add(mesh.positions, hasBounds: true)
    let normal = builder.add(mesh.normals)
    let coordinates = builder.add(
      mesh.textureCoordinates.flatMap { [$0.x, $0.y] }, type: "VEC2", width: 2, target: 34962)
    let texture = builder.addView(mesh.texture)
    var indices: [UInt8] = []
    for t in mesh.triangles { for k in 0..<3 { indices.add(UInt16(t[k])) } }
    let index = builder.add(
      indices, count: 3 * mesh.triangles.count, type: "SCALAR", component: .unsignedShort,
      target: 34963)
    let targets = mesh.deltas.map { builder.add($0, hasBounds: true) }
    var joints: Int?, weights: Int?
    if isSkinned {
      var bytes: [UInt8] = []
      for _ in mesh.shares { bytes += [0, 1, 2, 3] }
      // Joints without a share have to be 0.
      for (i, share) in mesh.shares.enumerated() {
        for k in 0..<4 where share[k] == 0 { bytes[4 * i + k] = 0 }
      }
      joints = builder.add(
        bytes, count: mesh.shares.count, type: "VEC4", component: .unsignedByte, target: 34962)
      weights = builder.add(
        mesh.shares.flatMap { [$0.x, $0.y, $0.z, $0.w] }, type: "VEC4", width: 4, target: 34962)
    }
    var out = JSONWriter()
    out.object { out in
      out.add("name", "face")
      out.list("primitives") { out in
        out.object { out in
          out.object("attributes") { out in
            out.add("POSITION", position)
            out.add("NORMAL", normal)
            out.add("TEXCOORD_0", coordinates)
            if let joints { out.add("JOINTS_0", joints) }
            if let weights { out.add("WEIGHTS_0", weights) }
          }
          out.add("indices", index)
          out.add("material", 0)
          out.list("targets") { out in
            for target in targets { out.object { $0.add("POSITION", target) } }
          }
        }
      }
      out.add("weights", [Float](repeating: 0, count: targets.count))
      out.object("extras") { out in
        out.list("targetNames") { out in
          for channel in ExpressionChannel.allCases { out.add(nil, "\(channel)") }
        }
      }
    }
    return (out.text, texture)
  }

  /// What the mesh is made of: its texture, without light.
  ///
  /// - Parameter texture: the view that holds the PNG.
  static func addMaterials(_ out: inout JSONWriter, texture: Int) {
    out.list("images") { out in
      out.object { out in
        out.add("bufferView", texture)
        out.add("mimeType", "image/png")
      }
    }
    out.list("samplers") { out in
      out.object { out in
        // Linear, with reduced versions; nothing repeats.
        out.add("magFilter", 9729)
        out.add("minFilter", 9987)
        out.add("wrapS", 33071)
        out.add("wrapT", 33071)
      }
    }
    out.list("textures") { out in
      out.object { out in
        out.add("sampler", 0)
        out.add("source", 0)
      }
    }
    out.list("materials") { out in
      out.object { out in
        out.add("name", "baked")
        out.object("pbrMetallicRoughness") { out in
          out.object("baseColorTexture") { $0.add("index", 0) }
          out.add("metallicFactor", 0)
          out.add("roughnessFactor", 1)
        }
        out.add("doubleSided", true)
        out.object("extensions") { $0.object("KHR_materials_unlit") { _ in } }
      }
    }
  }
}
