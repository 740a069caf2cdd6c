public import FaceRig
internal import Geometry

extension LandmarkModel {
  /// Samples a template's bases at its landmarks.
  ///
  /// Complexity: O((modes + channels) × landmarks).
  public init(_ template: Template) {
    let anchors = template.landmarks
    let n = template.vertexCount
    func sample(_ field: [Vector3], _ start: Int, _ anchor: Template.LandmarkAnchor) -> Vector3 {
      field[start + Int(anchor.vertices.x)] * anchor.barycentric.x
        + field[start + Int(anchor.vertices.y)] * anchor.barycentric.y
        + field[start + Int(anchor.vertices.z)] * anchor.barycentric.z
    }
    func eye(_ eye: Template.Eye) -> Eye {
      let modes = (0..<template.identityModeCount).map { mode in
        var sum = Vector3.zero
        for vertex in eye.equator { sum += template.identityModes[mode * n + vertex] }
        return sum / Float(eye.equator.count)
      }
      return Eye(center: eye.center, centerModes: modes, irisDistance: eye.irisDistance)
    }
    var identity: [Vector3] = []
    identity.reserveCapacity(template.identityModeCount * anchors.count)
    for mode in 0..<template.identityModeCount {
      for anchor in anchors { identity.append(sample(template.identityModes, mode * n, anchor)) }
    }
    var expression: [Vector3] = []
    expression.reserveCapacity(ExpressionChannel.count * anchors.count)
    for channel in 0..<ExpressionChannel.count {
      for anchor in anchors {
        expression.append(sample(template.expressionDeltas, channel * n, anchor))
      }
    }
    self.init(
      points: anchors.map { anchor in
        let a = template.vertices[Int(anchor.vertices.x)]
        let b = template.vertices[Int(anchor.vertices.y)]
        let c = template.vertices[Int(anchor.vertices.z)]
        return Point(
          position: anchor.point(on: template.vertices),
          normal: (b - a).cross(c - a).normalized, kind: anchor.kind,
          biasSpread: anchor.biasSpread)
      },
      identityModes: identity, expressionDeltas: expression,
      leftEye: eye(template.leftEye), rightEye: eye(template.rightEye))
  }
}

extension LandmarkModel.Point {
  /// Makes a landmark that is trusted as its kind deserves.
  init(
    position: Vector3, normal: Vector3, kind: Template.LandmarkAnchor.Kind, biasSpread: Float
  ) {
    let weight: Float =
      switch kind {
      case .oval: 0.25
      case .surface: 0.7
      case .nose: 1
      case .lid: 1.2
      case .lip: 1.5
      }
    self.init(
      position: position, normal: normal, weight: weight, isContour: kind == .lid || kind == .lip,
      isOutline: kind == .oval, biasSpread: biasSpread)
  }
}
