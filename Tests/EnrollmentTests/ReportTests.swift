import FaceRig
import Foundation
import Geometry
import Testing

@testable import Enrollment

/// A capture in which the head turns and the face moves as told, at 30 frames a second.
private func coverage(
  frames: Int = 1200, brightness: [Float]? = nil,
  _ move: (Int, inout FaceState) -> Void = { _, _ in }
) -> CaptureCoverage {
  CaptureCoverage(
    (0..<frames).map { i in
      var state = FaceState(time: Double(i) / 30)
      move(i, &state)
      return CaptureCoverage.Sample(state: state, brightness: brightness?[i] ?? 0.5)
    })
}

/// Turned by degrees: yaw to the person's left, pitch upward, roll to their left.
private func turned(_ yaw: Float, _ pitch: Float = 0, _ roll: Float = 0) -> RigidTransform {
  let rest = FaceState().cameraFromHead
  func about(_ axis: Vector3, _ degrees: Float) -> Matrix3 {
    Matrix3(rotationVector: axis * (degrees * 0.017453292))
  }
  let r =
    about([0, 1, 0], -yaw) * about([1, 0, 0], -pitch) * about([0, 0, 1], roll) * rest.rotation
  return RigidTransform(rotation: r, translation: rest.translation)
}

struct CaptureCoverageTests {
  @Test func `turns have the signs of their names`() {
    let turn = CaptureCoverage.HeadTurn(turned(20))
    #expect(abs(turn.yaw - 20) < 0.01 && abs(turn.pitch) < 0.01 && abs(turn.roll) < 0.01)
    let nod = CaptureCoverage.HeadTurn(turned(0, 12))
    #expect(abs(nod.pitch - 12) < 0.01 && abs(nod.yaw) < 0.01)
    // Leaning to one's left brings the crown to the picture's right.
    let lean = CaptureCoverage.HeadTurn(turned(0, 0, 9))
    #expect(abs(lean.roll - 9) < 0.01)
    #expect((turned(0, 0, 9).rotation * Vector3(0, 1, 0)).x > 0)
    #expect((turned(20).rotation * Vector3(0, 0, 1)).x > 0)
    #expect((turned(0, 12).rotation * Vector3(0, 0, 1)).y < 0)
  }

  @Test func `a face beside the axis that looks at the camera is not turned`() {
    var pose = turned(-30)
    // 30° to the picture's right, looking back along the line of sight.
    pose.translation = Vector3(25, 0, 43.3012)
    #expect(abs(CaptureCoverage.HeadTurn(pose).yaw) < 0.05)
  }

  @Test func `one bad frame does not count`() {
    let some = coverage { i, state in
      if i == 7 { state.expression[.jawOpen] = 1 }
      if i < 3 { state.expression[.mouthPucker] = 0.6 }
      if i == 9 { state.cameraFromHead = turned(80) }
    }
    #expect(some.peak(.jawOpen) == 0 && some.peak(.mouthPucker, .jawOpen) == 0.6)
    #expect(abs(some.range(\.yaw).upperBound) < 0.01)
  }

  @Test func `blinks are counted once`() {
    let some = coverage { i, state in
      let closed: Float = i % 100 < 6 ? 0.9 : i % 100 < 8 ? 0.4 : 0.1
      state.expression[.eyeBlinkLeft] = closed
      state.expression[.eyeBlinkRight] = i < 600 ? closed : 0
    }
    #expect(some.blinks == 6)
  }

  @Test func `light counts only where the face is turned to the camera`() {
    let steady = coverage(brightness: (0..<1200).map { $0 % 2 == 0 ? 0.5 : 0.2 }) { i, state in
      if i % 2 == 1 { state.cameraFromHead = turned(40) }
    }
    #expect(steady.lightChange == 0)
    let changing = coverage(brightness: (0..<1200).map { 0.4 + 0.2 * Float($0) / 1200 })
    #expect(abs(changing.lightChange - 0.36) < 0.02)
  }

  @Test func `nothing is measured of nothing`() {
    let none = CaptureCoverage([])
    #expect(none.blinks == 0 && none.duration == 0 && none.peaks.count == 52)
    #expect(none.range(\.yaw) == 0...0)
  }
}

struct CaptureAdviceTests {
  private func advice(
    _ coverage: CaptureCoverage, faceHeight: Double = 300, followed: Double = 1
  ) -> [String] {
    CaptureAdvice.advice(for: coverage, faceHeight: faceHeight, followed: followed)
  }

  private var complete: CaptureCoverage {
    coverage { i, state in
      state.cameraFromHead = turned(
        40 * sinf(Float(i) * 0.05), 18 * sinf(Float(i) * 0.037))
      for gaze in [\FaceState.leftGaze, \FaceState.rightGaze] {
        state[keyPath: gaze].yaw = 0.3 * sinf(Float(i) * 0.02)
      }
      let open: Float = i % 100 < 50 ? 0.7 : 0
      for channel in [
        ExpressionChannel.jawOpen, .mouthSmileLeft, .mouthPucker, .browInnerUp, .browDownLeft,
        .eyeBlinkLeft, .eyeBlinkRight,
      ] { state.expression[channel] = open }
    }
  }

  @Test func `a complete capture gets none`() {
    #expect(advice(complete) == [])
  }

  @Test func `each lack is named`() {
    let still = advice(coverage(frames: 300), faceHeight: 120, followed: 0.5)
    for words in [
      "face is small: 120", "could not be followed in 50 %", "short: 10 seconds",
      "your left: the capture reached 0°, 30°", "to your right", "Raise", "Lower", "opened wide",
      "smile", "lips", "raised", "frown", "Too few blinks: 0",
    ] { #expect(still.contains { $0.contains(words) }, "\(words)") }
    let dim = coverage(brightness: (0..<1200).map { 0.4 + 0.2 * Float($0) / 1200 })
    #expect(advice(dim).contains { $0.contains("light on your face changed by 36 %") })
    #expect(!still.contains { $0.contains("light") })
  }
}

struct ReportPieceTests {
  @Test func `text cannot become markup`() {
    let text = Markup.escaped("<a href=\"x\">'&'</a>")
    #expect(text == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;")
  }

  @Test func `numbers are written for readers`() {
    #expect(
      Markup.number(-1.26, decimals: 1) == "−1.3" && Markup.number(-0.04, decimals: 1) == "0.0")
    #expect(
      Markup.number(.infinity) == "∞" && Markup.grouped(1_234_567) == "1\u{202F}234\u{202F}567")
    #expect(Markup.time(3.14) == "3.1 s" && Markup.time(75.2) == "1 min 15 s")
  }

  @Test func `equal pictures differ nowhere`() {
    var a = PixelImage(width: 3, height: 2, channels: 3, repeating: 80)
    let b = a
    let same = DifferencePicture.make(a, b)
    a[1, 1, 2] = 250
    let other = DifferencePicture.make(a, b)
    for x in 0..<3 {
      for y in 0..<2 {
        let isBrighter = other[x, y, 0] > same[x, y, 0]
        #expect(isBrighter == (x == 1 && y == 1))
      }
    }
  }

  @Test func `charts are well-formed and take any numbers`() throws {
    for values in [[1.0, 2, 3], [5, 5, 5], [.nan, 1, .infinity, 2], [-3e9, 1e-9], [4], []] {
      let points = values.enumerated().map { (x: Double($0.offset), y: $0.element) }
      let svg = ReportCharts.line(points, label: "a < b", xTitle: "x", yTitle: "y")
      if values.filter(\.isFinite).count < 2 {
        #expect(svg.isEmpty)
        continue
      }
      let numbers = svg.replacingOccurrences(of: "dominant", with: "")
      #expect(!numbers.contains("nan") && !numbers.contains("inf") && !svg.contains("a < b"))
      #expect(svg.components(separatedBy: "<svg").count == 2 && svg.hasSuffix("</svg>"))
    }
  }
}
