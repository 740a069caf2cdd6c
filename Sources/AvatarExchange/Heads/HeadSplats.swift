import AvatarModel
import FaceRig
import GaussianSplats
import Geometry

/// The splats of a head that another program made, bound to an avatar's vertices.
enum HeadSplats {
  /// The model: one group of fixed splats, a code of eight numbers that moves nothing.
  ///
  /// - Parameters:
  ///   - template: vertices where the splats are.
  ///   - headShare: one a vertex of the template.
  ///   - indexOf: the template's vertex of each splat.
  static func model(
    _ head: GaussianHead, template: Template, headShare: [Float], indexOf: [Int],
    neighbours: HeadNeighbours
  ) -> SplatModel {
    let count = head.splats.count
    var corners: [Int32] = [], areas: [Float] = [], shares: [Float] = [], base: [Float] = []
    corners.reserveCapacity(3 * count)
    base.reserveCapacity(SplatAttribute.count * count)
    let rigid = BodyBlend.virtualTriangle(of: .head, vertexCount: template.vertices.count)
    for i in 0..<count {
      let own = indexOf[i]
      let place = template.vertices[own]
      var frame = Matrix3.identity, offset = place
      if let (a, b) = neighbours.pairs[i] {
        let edge = template.vertices[indexOf[a]] - place
        let normal = edge.cross(template.vertices[indexOf[b]] - place)
        let first = edge.normalized, third = normal.normalized
        frame = Matrix3(first, third.cross(first), third)
        offset = .zero
        corners += [Int32(own), Int32(indexOf[a]), Int32(indexOf[b])]
        areas.append(1 / max(normal.length, 1e-8))
        shares.append(headShare[own])
      } else {
        corners += [rigid.x, rigid.y, rigid.z]
        areas.append(1)
        shares.append(1)
      }
      base += attributes(of: head.splats[i], offset: offset, frameFromHead: frame)
    }
    return SplatModel(
      codeLength: 8, groups: [SplatGroup(kind: .fixed, range: 0..<count)], corners: corners,
      barycentric: (0..<count).flatMap { _ in [1, 0, 0] as [Float] }, inverseRestArea: areas,
      headShare: shares, base: base)
  }

  /// A splat's rows in the frame that it is bound to.
  private static func attributes(
    of splat: SplatScene.Splat, offset: Vector3, frameFromHead: Matrix3
  ) -> [Float] {
    let turn = Quaternion(frameFromHead * splat.rotation.matrix).normalized
    var row = [offset.x, offset.y, offset.z, turn.w, turn.x, turn.y, turn.z]
    for k in 0..<3 { row.append(ElementaryFunctions.log(splat.scale[k] * HeadPlacement.scale)) }
    // An avatar's opacities end at 0.99.
    row.append(Curves.logit(splat.opacity / 0.99))
    return row + [splat.color.x, splat.color.y, splat.color.z]
  }
}
