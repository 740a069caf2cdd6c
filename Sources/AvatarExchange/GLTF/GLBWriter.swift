public import AvatarModel
import FaceRig
import Geometry
public import MediaIO
import PlainJSON

/// Writes avatars as binary glTF 2.0, for any engine.
public enum GLBWriter {
  /// What is written.
  public enum Contents: String, CaseIterable, Sendable {
    /// The splats at rest, by `KHR_gaussian_splatting`: how the person looks.
    case splats
    /// The mesh with its 52 morph targets and a texture from the splats: how the person moves.
    case mesh
    /// Both, the mesh as a second node.
    case both
  }

  /// The bytes of a file: splats of a scene.
  public static func encoded(_ scene: SplatScene) -> [UInt8] {
    var builder = GLTFBuilder()
    let primitive = GLTFSplats.primitive(scene, in: &builder)
    return builder.encoded(extensions: [GLTFSplats.name]) { out in
      out.add("meshes", raw: "[{\"name\":\"splats\",\"primitives\":[\(primitive)]}]")
      out.add("nodes", raw: "[{\"name\":\"splats\",\"mesh\":0}]")
      out.add("scenes", raw: "[{\"nodes\":[0]}]")
      out.add("scene", 0)
    }
  }

  /// The bytes of a file: an avatar in its head's axes.
  ///
  /// - Throws: where the texture cannot be written.
  public static func encoded(
    _ avatar: Avatar, contents: Contents
  ) throws(MediaError) -> [UInt8] {
    if contents == .splats { return encoded(SplatScene(avatar: avatar)) }
    var builder = GLTFBuilder()
    let mesh = GLTFMesh.mesh(try AvatarMesh(avatar), isSkinned: false, in: &builder)
    var meshes = [mesh.json]
    var extensions = ["KHR_materials_unlit"]
    if contents == .both {
      let primitive = GLTFSplats.primitive(SplatScene(avatar: avatar), in: &builder)
      meshes.append("{\"name\":\"splats\",\"primitives\":[\(primitive)]}")
      extensions.append(GLTFSplats.name)
    }
    return builder.encoded(extensions: extensions) { out in
      GLTFMesh.addMaterials(&out, texture: mesh.texture)
      out.add("meshes", raw: "[" + meshes.joined(separator: ",") + "]")
      out.list("nodes") { out in
        for (k, name) in ["head", "splats"].prefix(meshes.count).enumerated() {
          out.object { out in
            out.add("name", name)
            out.add("mesh", k)
          }
        }
      }
      out.list("scenes") { out in
        out.object { $0.add("nodes", Array(0..<meshes.count)) }
      }
      out.add("scene", 0)
    }
  }

  /// The bytes of a file: an avatar's mesh, moved by a stream's states.
  ///
  /// The head node turns and moves from the reference pose; the face's weights are the coefficients.
  /// - Precondition: there is a state, and times ascend.
  /// - Throws: where the texture cannot be written.
  public static func encoded(
    _ avatar: Avatar, animatedBy states: [AvatarState]
  ) throws(MediaError) -> [UInt8] {
    precondition(!states.isEmpty)
    var builder = GLTFBuilder()
    let mesh = GLTFMesh.mesh(try AvatarMesh(avatar), isSkinned: false, in: &builder)
    let start = states[0].face.time
    let times = builder.add(
      states.map { Float($0.face.time - start) }, type: "SCALAR", width: 1, hasBounds: true)
    let inverse = avatar.reference.inverse
    var turns: [Float] = [], places: [Vector3] = [], weights: [Float] = []
    for state in states {
      let pose = inverse * state.face.cameraFromHead
      let q = Quaternion(pose.rotation).normalized
      turns += [q.x, q.y, q.z, q.w]
      places.append(pose.translation * 0.01)
      for i in 0..<ExpressionChannel.count { weights.append(state.face.expression[i]) }
    }
    let turn = builder.add(turns, type: "VEC4", width: 4)
    let place = builder.add(places, target: nil)
    let weight = builder.add(weights, type: "SCALAR", width: 1)
    return builder.encoded(extensions: ["KHR_materials_unlit"]) { out in
      GLTFMesh.addMaterials(&out, texture: mesh.texture)
      out.add("meshes", raw: "[\(mesh.json)]")
      out.add("nodes", raw: "[{\"name\":\"head\",\"mesh\":0}]")
      out.add("scenes", raw: "[{\"nodes\":[0]}]")
      out.add("scene", 0)
      out.list("animations") { out in
        out.object { out in
          out.add("name", "stream")
          out.list("samplers") { out in
            for output in [turn, place, weight] {
              out.object { out in
                out.add("input", times)
                out.add("output", output)
                out.add("interpolation", "LINEAR")
              }
            }
          }
          out.list("channels") { out in
            for (k, path) in ["rotation", "translation", "weights"].enumerated() {
              out.object { out in
                out.add("sampler", k)
                out.object("target") { out in
                  out.add("node", 0)
                  out.add("path", path)
                }
              }
            }
          }
        }
      }
    }
  }
}
