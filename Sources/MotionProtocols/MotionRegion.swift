public import FaceRig

/// A part of a person that a source may drive alone.
public enum MotionRegion: String, CaseIterable, Sendable {
  /// Lids and gaze.
  case eyes
  /// Brows.
  case brows
  /// Cheeks and nose.
  case cheeks
  /// Jaw, lips and tongue.
  case mouth
  /// Where the head is, and the torso below it.
  case head

  /// The coefficients that belong to it; none for the head.
  public var channels: ChannelSet { Self.table[index] }

  /// Its place among all.
  var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// The region of a coefficient.
  public init(_ channel: ExpressionChannel) {
    let name = "\(channel)"
    self =
      if name.hasPrefix("eye") {
        .eyes
      } else if name.hasPrefix("brow") {
        .brows
      } else if name.hasPrefix("cheek") || name.hasPrefix("nose") {
        .cheeks
      } else {
        .mouth
      }
  }

  private static let table = allCases.map { region in
    ChannelSet(ExpressionChannel.allCases.filter { MotionRegion($0) == region })
  }
}
