import FaceRig
import Geometry

extension Avatar {
  /// The avatar as the bytes of a file; ``init(bytes:)`` is the inverse.
  ///
  /// - Complexity: O(size), about 50 ms.
  public func encoded() -> [UInt8] {
    var sections: [(AvatarSection, [UInt8])] = [
      (.provenance, encodedProvenance()), (.mesh, encodedMesh()),
      (.expressions, encodedExpressions()), (.landmarks, encodedLandmarks()),
      (.features, encodedFeatures()), (.splats, encodedSplats()),
      (.codeMap, encodedCodeMap()),
    ]
    if let driving { sections.append((.driving, Self.encoded(driving))) }
    if let streamTransform { sections.append((.stream, streamTransform.encoded())) }
    sections.append((.bases, encodedBases()))

    var header = ByteWriter()
    header.word(AvatarFormat.magic)
    header.word(AvatarFormat.version)
    header.word(UInt32(sections.count))
    var offset = 12 + 16 * sections.count
    for (section, bytes) in sections {
      header.word(section.rawValue)
      header.word(UInt32(offset))
      header.word(UInt32(bytes.count))
      header.word(TemplateFormat.checksum(bytes, in: 0..<bytes.count))
      offset += bytes.count
    }
    return sections.reduce(into: header.bytes) { $0 += $1.1 }
  }

  private func encodedProvenance() -> [UInt8] {
    var w = ByteWriter()
    let p = provenance
    w.long(p.created.bitPattern)
    w.word(UInt32(p.captureWidth))
    w.word(UInt32(p.captureHeight))
    w.word(UInt32(p.captureFrames))
    w.word(UInt32(p.fittedFrames))
    w.float(p.focalLength)
    w.word(UInt32(p.steps))
    w.long(p.seed)
    let name = p.softwareName.prefix(255)
    w.byte(UInt8(name.count))
    for c in name { w.byte(c) }
    return w.bytes
  }

  private func encodedMesh() -> [UInt8] {
    var w = ByteWriter()
    w.word(UInt32(template.vertices.count))
    w.word(UInt32(template.triangles.count))
    for v in template.vertices { w.vector(v) }
    for s in headShare { w.byte(UInt8((s * 255).rounded())) }
    for t in template.triangles {
      w.short(UInt16(t.x))
      w.short(UInt16(t.y))
      w.short(UInt16(t.z))
    }
    for p in template.triangleParts { w.byte(p.rawValue) }
    for c in template.cornerTextureCoordinates {
      w.short(UInt16((min(max(c.x, 0), 1) * 65535).rounded()))
      w.short(UInt16((min(max(c.y, 0), 1) * 65535).rounded()))
    }
    return w.bytes
  }

  /// Movements below this are not kept, in centimetres.
  private static var smallestMovement: Float { 0.002 }

  private func encodedExpressions() -> [UInt8] {
    var w = ByteWriter()
    for channel in ExpressionChannel.allCases {
      let deltas = Array(template.expressionDelta(channel))
      let moved = deltas.indices.filter { deltas[$0].length > Self.smallestMovement }
      let largest = moved.reduce(Float(0)) {
        max($0, max(deltas[$1].x.magnitude, max(deltas[$1].y.magnitude, deltas[$1].z.magnitude)))
      }
      w.word(UInt32(moved.count))
      w.float(largest)
      for i in moved {
        w.short(UInt16(i))
        for c in 0..<3 { w.signedUnit(deltas[i][c] / max(largest, 1e-9)) }
      }
    }
    return w.bytes
  }

  private func encodedLandmarks() -> [UInt8] {
    var w = ByteWriter()
    w.word(UInt32(template.landmarks.count))
    for a in template.landmarks {
      for c in 0..<3 { w.short(UInt16(a.vertices[c])) }
      w.vector(a.barycentric)
      w.vector(a.offset)
      w.byte(a.kind.rawValue)
      w.float(a.confidence)
      w.float(a.biasSpread)
    }
    return w.bytes
  }

  private func encodedFeatures() -> [UInt8] {
    var w = ByteWriter()
    for eye in [template.leftEye, template.rightEye] {
      w.vector(eye.center)
      w.floats([eye.radius, eye.irisDistance, eye.irisRadius])
      for range in [eye.vertices, eye.irisRing, eye.equator] {
        w.short(UInt16(range.lowerBound))
        w.short(UInt16(range.upperBound))
      }
      w.short(UInt16(eye.pupil))
    }
    let rings = [
      template.leftLidRing, template.rightLidRing, template.innerLipRing, template.outerLipRing,
    ]
    for ring in rings {
      w.short(UInt16(ring.count))
      for i in ring { w.short(UInt16(i)) }
    }
    let contacts = [
      template.leftLidContacts, template.rightLidContacts, template.lipContacts,
    ]
    for list in contacts {
      w.short(UInt16(list.count))
      for contact in list {
        for i in [contact.upper, contact.lower, contact.lowerNext] { w.short(UInt16(i)) }
        w.float(contact.fraction)
        for followers in [contact.upperFollowers, contact.lowerFollowers] {
          w.short(UInt16(followers.count))
          for follower in followers {
            w.short(UInt16(follower.vertex))
            w.float(follower.weight)
          }
        }
      }
    }
    return w.bytes
  }

  private func encodedSplats() -> [UInt8] {
    var w = ByteWriter()
    w.word(UInt32(splats.count))
    w.word(UInt32(splats.codeLength))
    w.word(UInt32(splats.groups.count))
    for group in splats.groups {
      w.byte(group.kind.rawValue)
      w.word(UInt32(group.range.count))
    }
    for c in splats.corners { w.short(UInt16(c)) }
    for i in 0..<splats.count {
      w.short(UInt16((splats.barycentric[3 * i] * 65535).rounded()))
      w.short(UInt16((splats.barycentric[3 * i + 1] * 65535).rounded()))
    }
    // Attributes row by row: the least value, the step, then 16 bits a splat.
    for row in 0..<SplatAttribute.count {
      for group in splats.groups {
        let values = group.range.map { splats.base[$0 * SplatAttribute.count + row] }
        let low = values.min() ?? 0
        let step = max(((values.max() ?? 0) - low) / 65535, 1e-12)
        w.float(low)
        w.float(step)
        for v in values { w.short(UInt16(((v - low) / step).rounded())) }
      }
    }
    return w.bytes
  }

  private func encodedCodeMap() -> [UInt8] {
    var w = ByteWriter()
    w.word(UInt32(CodeMap.inputCount))
    w.floats(codeMap.mean + codeMap.scale + codeMap.lower + codeMap.upper + codeMap.weights)
    for row in [reference.rotation.x, reference.rotation.y, reference.rotation.z] { w.vector(row) }
    w.vector(reference.translation)
    for gaze in [restingLeftGaze, restingRightGaze] { w.floats([gaze.yaw, gaze.pitch]) }
    return w.bytes
  }

  private static func encoded(_ driving: DrivingModel) -> [UInt8] {
    var w = ByteWriter()
    w.float(driving.pixelsPerCentimetre)
    w.floats(driving.normalMatrix + driving.correctionRange)
    return w.bytes
  }

  /// Bases: for each group a step a row and code number, then 6 bits a value.
  private func encodedBases() -> [UInt8] {
    var w = ByteWriter()
    let length = splats.codeLength
    for (g, group) in splats.groups.enumerated() {
      let columns = group.rows * length
      let bases = splats.bases[g]
      var steps = [Float](repeating: 0, count: columns)
      for column in 0..<columns {
        steps[column] = Self.bestStep(bases, column: column, columns: columns)
      }
      w.floats(steps)
      var levels = [UInt8](repeating: 31, count: bases.count)
      for i in bases.indices where steps[i % columns] > 0 {
        let q = (bases[i] / steps[i % columns]).rounded()
        levels[i] = UInt8(min(max(q, -31), 31) + 31)
      }
      w.packed(levels, bits: AvatarFormat.basisBits)
    }
    return w.bytes
  }

  /// The step of 63 levels with the least squared error, among five cut-offs.
  private static func bestStep(_ bases: [Float], column: Int, columns: Int) -> Float {
    var largest: Float = 0
    for i in stride(from: column, to: bases.count, by: columns) {
      largest = max(largest, bases[i].magnitude)
    }
    if largest == 0 { return 0 }
    var best = largest / 31
    var least = Float.infinity
    for share in [1, 0.7, 0.5, 0.35, 0.25] as [Float] {
      let step = largest * share / 31
      var error: Float = 0
      for i in stride(from: column, to: bases.count, by: columns) {
        let q = min(max((bases[i] / step).rounded(), -31), 31) * step
        error += (bases[i] - q) * (bases[i] - q)
      }
      if error < least {
        least = error
        best = step
      }
    }
    return best
  }
}
