import FaceRig
import Geometry

/// A template while it is being made: everything in centimetres, in the head frame.
struct TemplateDraft {
  struct Triangle {
    var vertices: SIMD3<Int32>
    var part: Template.Part
    var textureCoordinates: [SIMD2<Float>]
  }

  struct Eye {
    var center: Vector3
    var ball: Eyeball
    /// Its first vertex.
    var start: Int
  }

  var vertices: [Vector3] = []
  var triangles: [Triangle] = []
  var principalModes: [[Vector3]] = []
  var smoothModes: [[Vector3]] = []
  /// 52, dense.
  var expressions: [[Vector3]] = []
  var landmarks: [Template.LandmarkAnchor] = []
  var eyes: [Eye] = []
  var leftLidRing: [Int] = []
  var rightLidRing: [Int] = []
  var innerLipRing: [Int] = []
  var outerLipRing: [Int] = []
  /// Left lids, right lids, lips.
  var openings: [Opening] = []
  /// The contents of the section that the loader leaves unread.
  var body = ByteWriter()

  /// The file.
  func encoded() -> [UInt8] {
    var sections: [(TemplateSection, ByteWriter)] = []
    var w = ByteWriter()
    for count in [vertices.count, triangles.count, principalModes.count, smoothModes.count] {
      w.word(count)
    }
    sections.append((.counts, w))

    w = ByteWriter()
    for v in vertices { w.vector(v) }
    sections.append((.vertices, w))

    w = ByteWriter()
    var texture = ByteWriter()
    for t in triangles {
      for k in 0..<3 {
        w.short(Int(t.vertices[k]))
        let uv = t.textureCoordinates[k]
        texture.short(Int((min(max(uv.x, 0), 1) * 65_535).rounded()))
        texture.short(Int((min(max(uv.y, 0), 1) * 65_535).rounded()))
      }
      w.byte(t.part.rawValue)
    }
    sections.append((.triangles, w))
    sections.append((.textureCoordinates, texture))

    w = ByteWriter()
    for mode in principalModes + smoothModes {
      let step = ByteWriter.step(for: mode)
      w.float(step)
      for v in mode { w.quantized(v, step: step) }
    }
    sections.append((.identity, w))

    w = ByteWriter()
    for deltas in expressions {
      let step = ByteWriter.step(for: deltas)
      // Ten micrometres are nobody's expression.
      let moved = deltas.indices.filter { deltas[$0].length > 0.001 }
      w.float(step)
      w.word(moved.count)
      for i in moved {
        w.short(i)
        w.quantized(deltas[i], step: step)
      }
    }
    sections.append((.expressions, w))

    w = ByteWriter()
    for l in landmarks {
      for k in 0..<3 { w.short(Int(l.vertices[k])) }
      w.vector(l.barycentric)
      w.byte(l.kind.rawValue)
      w.float(l.confidence)
      w.vector(l.offset)
      w.float(l.biasSpread)
    }
    sections.append((.landmarks, w))

    w = ByteWriter()
    for eye in eyes {
      w.vector(eye.center)
      w.float((eye.ball.positions[eye.ball.equator.lowerBound]).length)
      w.float(eye.ball.irisDistance)
      let rim = eye.ball.positions[eye.ball.irisRing.lowerBound]
      w.float((rim.x * rim.x + rim.y * rim.y).squareRoot())
      for range in [0..<eye.ball.positions.count, 0..<0, eye.ball.irisRing, eye.ball.equator] {
        w.short(eye.start + range.lowerBound)
        w.short(range.count)
      }
    }
    sections.append((.eyes, w))

    w = ByteWriter()
    for ring in [leftLidRing, rightLidRing, innerLipRing, outerLipRing] {
      w.short(ring.count)
      for i in ring { w.short(i) }
    }
    sections.append((.rings, w))
    w = ByteWriter()
    for opening in openings {
      w.short(opening.contacts.count)
      for contact in opening.contacts {
        w.short(contact.upper)
        w.short(contact.lower)
        w.short(contact.lowerNext)
        w.short(Int((contact.fraction * 65_535).rounded()))
        for spread in [contact.upperSpread, contact.lowerSpread] {
          w.short(spread.count)
          for (vertex, weight) in spread {
            w.short(vertex)
            w.short(Int((min(weight, 1) * 65_535).rounded()))
          }
        }
      }
    }
    sections.append((.contacts, w))
    sections.append((.body, body))
    return Self.file(of: sections)
  }

  private static func file(of sections: [(TemplateSection, ByteWriter)]) -> [UInt8] {
    var file = ByteWriter()
    file.word(TemplateFormat.magic)
    file.word(TemplateFormat.version)
    file.word(sections.count)
    var offset = 12 + TemplateFormat.tableEntryLength * sections.count
    for (section, contents) in sections {
      file.word(section.rawValue)
      file.word(offset)
      file.word(contents.bytes.count)
      file.word(TemplateFormat.checksum(contents.bytes, in: contents.bytes.indices))
      offset += contents.bytes.count
    }
    for (_, contents) in sections { file.append(contents) }
    return file.bytes
  }
}
