public import Geometry

extension Gaze {
  /// The eyeball's turn: straight ahead (0, 0, 1) goes to
  /// (sin yaw cos pitch, sin pitch, cos yaw cos pitch).
  public var headFromEye: Matrix3 {
    let (sy, cy) = ElementaryFunctions.sinCos(yaw)
    let (sp, cp) = ElementaryFunctions.sinCos(pitch)
    return Matrix3([cy, -sy * sp, sy * cp], [0, cp, sp], [-sy, -cy * sp, cy * cp])
  }
}

/// The template with one person's identity: turns an expression and gazes into a posed mesh.
public struct Rig: Sendable {
  /// The head that it is made of.
  public let template: Template
  /// The person's coefficients, in standard deviations; as many as there are modes.
  public let identity: [Float]
  /// The person's neutral face, eyes straight ahead; centimetres.
  public let neutral: [Vector3]
  /// The points that the eyeballs turn about; centimetres.
  public let leftEyeCenter, rightEyeCenter: Vector3
  /// Of the whites; centimetres.
  public let leftEyeRadius, rightEyeRadius: Float

  /// The vertices that a channel moves, all channels after each other.
  private let movedVertices: [Int32]
  /// By how much.
  private let movements: [Vector3]
  /// Where each channel begins in both; 53 of them.
  private let channelStarts: [Int]

  /// Makes a rig; missing coefficients count as zero, surplus ones are ignored.
  ///
  /// Complexity: O(modes × vertices), some milliseconds.
  public init(template: Template, identity: [Float] = []) {
    let n = template.vertexCount
    var neutral = template.vertices
    var coefficients = [Float](repeating: 0, count: template.identityModeCount)
    for mode in 0..<min(identity.count, coefficients.count) where identity[mode] != 0 {
      coefficients[mode] = identity[mode]
      Self.add(template.identityModes, from: mode * n, times: identity[mode], to: &neutral)
    }

    var starts = [0]
    var moved: [Int32] = []
    var movements: [Vector3] = []
    for channel in 0..<ExpressionChannel.count {
      for vertex in 0..<n {
        let delta = template.expressionDeltas[channel * n + vertex]
        if delta != .zero {
          moved.append(Int32(vertex))
          movements.append(delta)
        }
      }
      starts.append(moved.count)
    }

    self.template = template
    self.identity = coefficients
    self.neutral = neutral
    (leftEyeCenter, leftEyeRadius) = Self.sphere(of: template.leftEye, on: neutral)
    (rightEyeCenter, rightEyeRadius) = Self.sphere(of: template.rightEye, on: neutral)
    movedVertices = moved
    self.movements = movements
    channelStarts = starts
  }

  /// The mesh of one moment, in the head frame.
  ///
  /// - Parameters:
  ///   - expression: Coefficients, normally 0…1; zeros cost nothing.
  ///   - leftGaze: Where the person's left eye looks.
  ///   - rightGaze: Where the person's right eye looks.
  ///   - vertices: Overwritten; resized if it has another count.
  ///
  /// Complexity: O(vertices + vertices moved by the channels in use).
  public func pose(
    expression: Expression, leftGaze: Gaze = Gaze(), rightGaze: Gaze = Gaze(),
    into vertices: inout [Vector3]
  ) {
    let n = neutral.count
    if vertices.count != n { vertices = neutral }
    var target = vertices.mutableSpan
    let source = neutral.span
    for i in 0..<n { target[i] = source[i] }
    let moved = movedVertices.span
    let movements = movements.span
    for channel in 0..<ExpressionChannel.count {
      let weight = expression[channel]
      if weight == 0 { continue }
      for i in channelStarts[channel]..<channelStarts[channel + 1] {
        target[Int(moved[i])] += movements[i] * weight
      }
    }
    part(template.leftLidContacts, along: nil, in: &target)
    part(template.rightLidContacts, along: nil, in: &target)
    part(template.lipContacts, along: [0, 1, 0], in: &target)
    Self.turn(template.leftEye, about: leftEyeCenter, by: leftGaze, in: &target)
    Self.turn(template.rightEye, about: rightEyeCenter, by: rightGaze, in: &target)
  }

  /// Undoes the part of a movement that took rims past each other.
  ///
  /// Lids and lips end where they meet, as when a blink comes on top of a downward look. Without an
  /// axis, rims meet along the neutral gap.
  private func part(
    _ contacts: [Template.Contact], along axis: Vector3?, in mesh: inout MutableSpan<Vector3>
  ) {
    var back = [Vector3](repeating: .zero, count: contacts.count)
    for k in contacts.indices {
      let open = contacts[k].gap(on: neutral.span)
      // Rims touch at corners, and have no direction there.
      if axis == nil && open.length < 0.02 { continue }
      let direction = axis ?? open.normalized
      let least = min(0, open.dot(direction))
      let depth = least - contacts[k].gap(on: mesh.span).dot(direction)
      if depth > 0 { back[k] = direction * depth }
    }
    for k in contacts.indices where back[k] != .zero {
      // Lips give way by halves.
      let half: Float = contacts[k].lowerFollowers.isEmpty ? 1 : 0.5
      for f in contacts[k].upperFollowers { mesh[f.vertex] += back[k] * (f.weight * half) }
      for f in contacts[k].lowerFollowers { mesh[f.vertex] -= back[k] * (f.weight * half) }
    }
  }

  private static func turn(
    _ eye: Template.Eye, about center: Vector3, by gaze: Gaze, in mesh: inout MutableSpan<Vector3>
  ) {
    if gaze == Gaze() { return }
    let rotation = gaze.headFromEye
    for i in eye.vertices { mesh[i] = rotation * (mesh[i] - center) + center }
  }

  private static func sphere(of eye: Template.Eye, on mesh: [Vector3]) -> (Vector3, Float) {
    var sum = Vector3.zero
    for i in eye.equator { sum += mesh[i] }
    let center = sum / Float(eye.equator.count)
    var radius: Float = 0
    for i in eye.equator { radius += (mesh[i] - center).length }
    return (center, radius / Float(eye.equator.count))
  }

  private static func add(
    _ modes: [Vector3], from start: Int, times weight: Float, to mesh: inout [Vector3]
  ) {
    let modes = modes.span
    var target = mesh.mutableSpan
    for i in 0..<target.count { target[i] += modes[start + i] * weight }
  }
}
