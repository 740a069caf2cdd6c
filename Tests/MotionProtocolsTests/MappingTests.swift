import FaceRig
import Testing

@testable import MotionProtocols

struct MappingTests {
  @Test func `every vocabulary has its shapes, each once`() {
    for vocabulary in Vocabulary.allCases {
      let shapes = ExpressionMapping.of(vocabulary).shapes
      #expect(Set(shapes.map { $0.lowercased() }).count == shapes.count)
    }
    #expect(ExpressionMapping.of(.meta).shapes.count == 70)
    // 18 presets of VRM 1.0: 5 emotions, 5 visemes, 3 blinks, 4 looks, neutral.
    #expect(ExpressionMapping.of(.vrm).shapes.count == 18)
    // The enumeration has 88 and leaves out the eight looks, two closures and four pupils.
    #expect(ExpressionMapping.of(.unified).shapes.count == 88 + 14)
  }

  @Test func `Unified and Meta keep every coefficient`() {
    for vocabulary in [Vocabulary.unified, .meta] {
      let mapping = ExpressionMapping.of(vocabulary)
      for channel in ExpressionChannel.allCases {
        #expect(mapping.fate(of: channel) == .kept, "\(vocabulary) \(channel)")
      }
    }
  }

  @Test(arguments: Vocabulary.allCases)
  func `what comes back through a vocabulary is what its table says`(_ vocabulary: Vocabulary) {
    let mapping = ExpressionMapping.of(vocabulary)
    let stated = [Bool](repeating: true, count: mapping.shapes.count)
    for channel in ExpressionChannel.allCases {
      var expression = FaceRig.Expression()
      expression[channel] = 0.5
      let back = mapping.expression(weights: mapping.weights(of: expression), stated: stated)
        .expression
      var expected = FaceRig.Expression()
      switch mapping.fate(of: channel) {
      case .kept: expected[channel] = 0.5
      case .mixed(let parts): for (other, share) in parts { expected[other] = 0.5 * share }
      case .lost:
        #expect(back[channel] == 0, "\(channel)")
        continue
      }
      #expect(difference(back, expected) < 1e-5, "\(vocabulary) \(channel)")
    }
  }

  @Test func `what VRM and SRanipal cannot express is known`() {
    func fates(_ vocabulary: Vocabulary) -> (kept: Int, lost: Int) {
      let fates = ExpressionChannel.allCases.map { ExpressionMapping.of(vocabulary).fate(of: $0) }
      return (fates.filter { $0 == .kept }.count, fates.filter { $0 == .lost }.count)
    }
    #expect(ExpressionMapping.of(.vrm).fate(of: .eyeBlinkLeft) == .kept)
    #expect(ExpressionMapping.of(.vrm).fate(of: .noseSneerLeft) == .lost)
    #expect(
      ExpressionMapping.of(.vrm).fate(of: .mouthSmileLeft)
        == .mixed([.mouthSmileLeft: 0.5, .mouthSmileRight: 0.5]))
    #expect(fates(.vrm).kept == 5 && fates(.vrm).lost == 27)
    #expect(fates(.sranipal).kept == 35 && fates(.sranipal).lost == 17)
    #expect(ExpressionMapping.of(.meta).inexpressible.contains("CHEEK_SUCK_L"))
    #expect(ExpressionMapping.of(.meta).inexpressible.count == 10)
  }

  @Test func `names are found whatever their case`() {
    #expect(ExpressionChannel(name: "MOUTHSMILELEFT") == .mouthSmileLeft)
    #expect(ExpressionChannel(name: "smile") == nil)
    #expect(ExpressionMapping.of(.meta).shape(named: "jaw_drop") != nil)
  }

  @Test func `every combination of Unified names shapes`() {
    #expect(UnifiedCombinations.parts.count > 50)
    #expect(UnifiedCombinations.parts["JawX"]?.count == 2)
  }

  @Test func `regions share out all coefficients`() {
    var seen = ChannelSet()
    for region in MotionRegion.allCases {
      #expect(seen.intersection(region.channels).isEmpty)
      seen.formUnion(region.channels)
    }
    #expect(seen == .all)
    #expect(MotionRegion(.tongueOut) == .mouth && MotionRegion(.cheekPuff) == .cheeks)
  }
}
