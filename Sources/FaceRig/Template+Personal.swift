public import Geometry

extension Template {
  /// Makes a template from its parts.
  ///
  /// - Precondition: the arrays agree in length with the vertices and triangles.
  public init(
    vertices: [Vector3], triangles: [SIMD3<Int32>], triangleParts: [Part],
    cornerTextureCoordinates: [SIMD2<Float>], identityModes: [Vector3], principalModeCount: Int,
    expressionDeltas: [Vector3], landmarks: [LandmarkAnchor], leftEye: Eye, rightEye: Eye,
    leftLidRing: [Int], rightLidRing: [Int], innerLipRing: [Int], outerLipRing: [Int]
  ) {
    precondition(triangleParts.count == triangles.count)
    precondition(cornerTextureCoordinates.count == 3 * triangles.count)
    precondition(expressionDeltas.count == ExpressionChannel.count * vertices.count)
    precondition(vertices.isEmpty || identityModes.count % vertices.count == 0)
    var ofVertex = [SIMD2<Float>](repeating: .zero, count: vertices.count)
    for (t, triangle) in triangles.enumerated().reversed() {
      for k in 0..<3 { ofVertex[Int(triangle[k])] = cornerTextureCoordinates[3 * t + k] }
    }
    self.vertices = vertices
    self.triangles = triangles
    self.triangleParts = triangleParts
    textureCoordinates = ofVertex
    self.cornerTextureCoordinates = cornerTextureCoordinates
    identityModeCount = vertices.isEmpty ? 0 : identityModes.count / vertices.count
    self.principalModeCount = principalModeCount
    self.identityModes = identityModes
    self.expressionDeltas = expressionDeltas
    self.landmarks = landmarks
    self.leftEye = leftEye
    self.rightEye = rightEye
    self.leftLidRing = leftLidRing
    self.rightLidRing = rightLidRing
    self.innerLipRing = innerLipRing
    self.outerLipRing = outerLipRing
  }

  /// One person's template: their identity becomes the neutral face and no modes are left.
  ///
  /// - Parameters:
  ///   - identity: coefficients of the modes; `landmarkBias`: added to each landmark's offset.
  public func personal(identity: [Float], landmarkBias: [Vector3] = []) -> Template {
    let rig = Rig(template: self, identity: identity)
    var landmarks = self.landmarks
    for i in 0..<min(landmarks.count, landmarkBias.count) { landmarks[i].offset += landmarkBias[i] }
    func moved(_ eye: Eye, _ center: Vector3, _ radius: Float) -> Eye {
      Eye(
        center: center, radius: radius, irisDistance: eye.irisDistance * radius / eye.radius,
        irisRadius: eye.irisRadius * radius / eye.radius, vertices: eye.vertices,
        pupil: eye.pupil, irisRing: eye.irisRing, equator: eye.equator)
    }
    return Template(
      vertices: rig.neutral, triangles: triangles, triangleParts: triangleParts,
      cornerTextureCoordinates: cornerTextureCoordinates, identityModes: [],
      principalModeCount: 0, expressionDeltas: expressionDeltas, landmarks: landmarks,
      leftEye: moved(leftEye, rig.leftEyeCenter, rig.leftEyeRadius),
      rightEye: moved(rightEye, rig.rightEyeCenter, rig.rightEyeRadius),
      leftLidRing: leftLidRing, rightLidRing: rightLidRing, innerLipRing: innerLipRing,
      outerLipRing: outerLipRing)
  }
}
