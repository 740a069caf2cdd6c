public import AvatarModel
import FaceRig
import Geometry
public import MediaIO
import MotionProtocols
import PlainJSON

/// Writes avatars as VRM 1.0: the mesh on the least skeleton that VRM asks for.
///
/// There are no arms or legs in an avatar: their bones stand where a person of 1.6 m has them and move
/// nothing. Presets are bound to morph targets by the table of ``ExpressionMapping``, and the 52
/// coefficients are custom expressions (PerfectSync).
public enum VRMWriter {
  /// What VRM wants to know of whose the avatar is; the defaults allow least.
  public struct Meta: Sendable, Equatable {
    /// The avatar's name.
    public var name: String
    /// Who made it; at least one.
    public var authors: [String]
    /// `onlyAuthor`, `onlySeparatelyLicensedPerson` or `everyone`.
    public var avatarPermission = "onlyAuthor"
    /// `personalNonProfit`, `personalProfit` or `corporation`.
    public var commercialUsage = "personalNonProfit"
    /// `required` or `unnecessary`.
    public var creditNotation = "required"
    /// `prohibited`, `allowModification` or `allowModificationRedistribution`.
    public var modification = "prohibited"
    /// Whether it may be passed on.
    public var allowsRedistribution = false
    /// Of a licence in full; nil for VRM's own.
    public var otherLicenseURL: String?

    /// Makes a record.
    public init(name: String, authors: [String]) {
      self.name = name
      self.authors = authors
    }
  }

  private struct Bone {
    var name: String
    var node: String
    var parent: Int?
    /// Metres from the floor.
    var place: Vector3
  }

  /// The middle of the head above the floor, metres.
  private static let headHeight: Float = 1.5

  private static func bones(_ mesh: AvatarMesh) -> [Bone] {
    let head = Vector3(0, headHeight, 0)
    var bones: [Bone] = [
      Bone(name: "hips", node: "Hips", parent: nil, place: [0, 0.9, 0]),
      Bone(name: "spine", node: "Spine", parent: 0, place: [0, 1.05, 0]),
      // The head turns about the neck's upper end.
      Bone(name: "head", node: "Head", parent: 1, place: head + [0, -0.07, -0.02]),
      Bone(name: "leftEye", node: "LeftEye", parent: 2, place: head + mesh.eyes.left),
      Bone(name: "rightEye", node: "RightEye", parent: 2, place: head + mesh.eyes.right),
    ]
    for (side, x) in [("left", Float(1)), ("right", -1)] {
      let title = side.prefix(1).uppercased() + side.dropFirst()
      for (limb, parent, points) in [
        (
          ["UpperArm", "LowerArm", "Hand"], 1,
          [Vector3(0.16, 1.3, 0), [0.4, 1.3, 0], [0.62, 1.3, 0]] as [Vector3]
        ),
        (
          ["UpperLeg", "LowerLeg", "Foot"], 0,
          [[0.09, 0.85, 0], [0.09, 0.47, 0], [0.09, 0.08, 0]]
        ),
      ] {
        var parent = parent
        for (name, p) in zip(limb, points) {
          bones.append(
            Bone(
              name: side + name, node: title + name, parent: parent,
              place: [p.x * x, p.y, p.z]))
          parent = bones.count - 1
        }
      }
    }
    return bones
  }

  /// The bytes of a file.
  ///
  /// - Throws: where the texture cannot be written.
  public static func encoded(_ avatar: Avatar, meta: Meta) throws(MediaError) -> [UInt8] {
    let mesh = try AvatarMesh(avatar)
    let bones = bones(mesh)
    var builder = GLTFBuilder()
    let textured = GLTFMesh.mesh(mesh, isSkinned: true, in: &builder)
    // Joints in the order of the mesh's shares; its vertices count from the middle of the head.
    let joints = [2, 1, 3, 4]
    var matrices: [Float] = []
    for joint in joints {
      let t = Vector3(0, headHeight, 0) - bones[joint].place
      matrices += [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, t.x, t.y, t.z, 1]
    }
    let inverse = builder.add(matrices, type: "MAT4", width: 16)
    let meshNode = bones.count
    return builder.encoded(extensions: ["KHR_materials_unlit", "VRMC_vrm"]) { out in
      GLTFMesh.addMaterials(&out, texture: textured.texture)
      out.add("meshes", raw: "[\(textured.json)]")
      out.list("nodes") { out in
        for (k, bone) in bones.enumerated() { add(bone, k, bones, to: &out) }
        out.object { out in
          out.add("name", "Face")
          out.add("mesh", 0)
          out.add("skin", 0)
        }
      }
      out.list("skins") { out in
        out.object { out in
          out.add("joints", joints)
          out.add("inverseBindMatrices", inverse)
          out.add("skeleton", 0)
        }
      }
      out.list("scenes") { out in out.object { $0.add("nodes", [0, meshNode]) } }
      out.add("scene", 0)
      out.object("extensions") { out in
        out.object("VRMC_vrm") { out in
          out.add("specVersion", "1.0")
          add(meta, to: &out)
          out.object("humanoid") { out in
            out.object("humanBones") { out in
              for (k, bone) in bones.enumerated() {
                out.object(bone.name) { $0.add("node", k) }
              }
            }
          }
          addExpressions(meshNode: meshNode, to: &out)
          addLooking(to: &out)
        }
      }
    }
  }

  private static func add(_ bone: Bone, _ k: Int, _ bones: [Bone], to out: inout JSONWriter) {
    out.object { out in
      out.add("name", bone.node)
      let place = bone.place - (bone.parent.map { bones[$0].place } ?? .zero)
      out.add("translation", [place.x, place.y, place.z])
      let children = bones.indices.filter { bones[$0].parent == k }
      if !children.isEmpty { out.add("children", children) }
    }
  }

  private static func add(_ meta: Meta, to out: inout JSONWriter) {
    out.object("meta") { out in
      out.add("name", meta.name)
      out.list("authors") { out in for author in meta.authors { out.add(nil, author) } }
      out.add("licenseUrl", "https://vrm.dev/licenses/1.0/")
      if let url = meta.otherLicenseURL { out.add("otherLicenseUrl", url) }
      out.add("avatarPermission", meta.avatarPermission)
      out.add("commercialUsage", meta.commercialUsage)
      out.add("creditNotation", meta.creditNotation)
      out.add("modification", meta.modification)
      out.add("allowRedistribution", meta.allowsRedistribution)
      for use in [
        "ExcessivelyViolent", "ExcessivelySexual", "PoliticalOrReligious", "AntisocialOrHate",
      ] {
        out.add("allow\(use)Usage", false)
      }
    }
  }

  private static func addExpressions(meshNode: Int, to out: inout JSONWriter) {
    func add(_ name: String, _ binds: [(Int, Float)], to out: inout JSONWriter) {
      out.object(name) { out in
        out.list("morphTargetBinds") { out in
          for (index, weight) in binds {
            out.object { out in
              out.add("node", meshNode)
              out.add("index", index)
              out.add("weight", weight)
            }
          }
        }
      }
    }
    let mapping = ExpressionMapping.of(.vrm)
    out.object("expressions") { out in
      out.object("preset") { out in
        for (k, name) in mapping.shapes.enumerated() {
          // Eyes look by their bones.
          if name.hasPrefix("look") { continue }
          let binds = mapping.entries.filter { $0.shape == k && $0.take > 0 }
            .map { ($0.channel.rawValue, min($0.take, 1)) }
          add(name, binds, to: &out)
        }
      }
      out.object("custom") { out in
        for channel in ExpressionChannel.allCases {
          add("\(channel)", [(channel.rawValue, 1)], to: &out)
        }
      }
    }
  }

  private static func addLooking(to out: inout JSONWriter) {
    out.object("lookAt") { out in
      out.add("type", "bone")
      out.add("offsetFromHeadBone", [0, 0.1, 0.08] as [Float])
      for (name, scale) in [
        ("rangeMapHorizontalInner", 30), ("rangeMapHorizontalOuter", 30),
        ("rangeMapVerticalDown", 25), ("rangeMapVerticalUp", 25),
      ] {
        out.object(name) { out in
          out.add("inputMaxValue", 90)
          out.add("outputScale", scale)
        }
      }
    }
  }
}
