/// The 52 expression coefficients in ARKit's order and names.
public enum ExpressionChannel: Int, CaseIterable, Sendable {
  case eyeBlinkLeft, eyeLookDownLeft, eyeLookInLeft, eyeLookOutLeft, eyeLookUpLeft
  case eyeSquintLeft, eyeWideLeft
  case eyeBlinkRight, eyeLookDownRight, eyeLookInRight, eyeLookOutRight, eyeLookUpRight
  case eyeSquintRight, eyeWideRight
  case jawForward, jawLeft, jawRight, jawOpen
  case mouthClose, mouthFunnel, mouthPucker, mouthLeft, mouthRight
  case mouthSmileLeft, mouthSmileRight, mouthFrownLeft, mouthFrownRight
  case mouthDimpleLeft, mouthDimpleRight, mouthStretchLeft, mouthStretchRight
  case mouthRollLower, mouthRollUpper, mouthShrugLower, mouthShrugUpper
  case mouthPressLeft, mouthPressRight, mouthLowerDownLeft, mouthLowerDownRight
  case mouthUpperUpLeft, mouthUpperUpRight
  case browDownLeft, browDownRight, browInnerUp, browOuterUpLeft, browOuterUpRight
  case cheekPuff, cheekSquintLeft, cheekSquintRight
  case noseSneerLeft, noseSneerRight
  case tongueOut

  /// How many channels there are.
  public static var count: Int { 52 }
}
