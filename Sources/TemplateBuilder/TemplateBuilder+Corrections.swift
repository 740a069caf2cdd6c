import FaceRig
import Geometry

extension TemplateBuilder {
  /// What remains between neutral lips: enough that their order stays; centimetres.
  private static let lipGap: Float = 0.015
  /// How much further inner brows rise than the original.
  private static let browGain: Float = 1.4

  /// Mends what faces fitted to videos showed to be wrong with the original.
  mutating func correct() {
    moveTeeth()
    closeLips()
    for (opening, channel) in [
      (0, ExpressionChannel.eyeBlinkLeft), (1, ExpressionChannel.eyeBlinkRight),
    ] {
      closeLids(draft.openings[opening], channel)
    }
    let brow = ExpressionChannel.browInnerUp.rawValue
    draft.expressions[brow] = draft.expressions[brow].map { $0 * Self.browGain }
  }

  /// Brings teeth from 9 mm behind the lips to just behind them, the lower ones lower, so that the
  /// lower lip hides them until the mouth opens wide.
  private mutating func moveTeeth() {
    var shifts: [Int: Vector3] = [:]
    for t in draft.triangles {
      for k in 0..<3 {
        let vertex = Int(t.vertices[k])
        let x = draft.vertices[vertex].x
        // A dental arch is a parabola; the original is nearly flat in front.
        let front = max(0, 1 - x * x / 4)
        switch t.part {
        case .upperTeeth: shifts[vertex] = Vector3(0, -0.32, 0.5 * front)
        case .lowerTeeth: shifts[vertex] = Vector3(0, -0.3, 0.4 * front)
        case .tongue: shifts[vertex] = Vector3(0, -0.3, 0)
        default: break
        }
      }
    }
    for (vertex, shift) in shifts { draft.vertices[vertex] += shift }
  }

  /// Lets neutral lips meet, and lips that `mouthClose` closes over an open jaw.
  private mutating func closeLips() {
    let opening = draft.openings[2]
    var neutral = [Vector3](repeating: .zero, count: draft.vertices.count)
    for contact in opening.contacts {
      let excess = max(0, contact.gap(draft.vertices).y - Self.lipGap)
      let up = Vector3(0, excess / 2, 0)
      for (vertex, weight) in contact.upperSpread { neutral[vertex] -= up * weight }
      for (vertex, weight) in contact.lowerSpread { neutral[vertex] += up * weight }
    }
    for i in neutral.indices { draft.vertices[i] += neutral[i] }

    let close = ExpressionChannel.mouthClose.rawValue
    let jaw = ExpressionChannel.jawOpen.rawValue
    let both = zip(draft.expressions[close], draft.expressions[jaw]).map { $0 + $1 }
    for contact in opening.contacts {
      let change = contact.gap(both) / 2
      for (vertex, weight) in contact.upperSpread {
        draft.expressions[close][vertex] -= change * weight
      }
      for (vertex, weight) in contact.lowerSpread {
        draft.expressions[close][vertex] += change * weight
      }
    }
  }

  /// Scales a blink, column by column, so that at 1 the rims meet: the original goes on downward.
  private mutating func closeLids(_ opening: Opening, _ channel: ExpressionChannel) {
    let deltas = draft.expressions[channel.rawValue]
    var knots: [(x: Float, scale: Float)] = []
    for contact in opening.contacts {
      let gap = contact.gap(draft.vertices)
      let closing = -contact.gap(deltas)
      if gap.length > 0.3 {
        knots.append((draft.vertices[contact.upper].x, gap.dot(closing) / closing.dot(closing)))
      }
    }
    knots.sort { $0.x < $1.x }
    var scaled = deltas.indices.map { deltas[$0] * Self.value(at: draft.vertices[$0].x, knots) }
    let meeting = zip(draft.vertices, scaled).map { $0 + $1 }
    for contact in opening.contacts {
      let rest = contact.gap(meeting)
      for (vertex, weight) in contact.upperSpread { scaled[vertex] -= rest * weight }
    }
    draft.expressions[channel.rawValue] = scaled
  }

  /// The piecewise linear function through `knots`, constant beyond them.
  private static func value(at x: Float, _ knots: [(x: Float, scale: Float)]) -> Float {
    guard let first = knots.first, let last = knots.last else { return 1 }
    if x <= first.x { return first.scale }
    if x >= last.x { return last.scale }
    var k = 0
    while knots[k + 1].x < x { k += 1 }
    let f = (x - knots[k].x) / (knots[k + 1].x - knots[k].x)
    return knots[k].scale + f * (knots[k + 1].scale - knots[k].scale)
  }
}
