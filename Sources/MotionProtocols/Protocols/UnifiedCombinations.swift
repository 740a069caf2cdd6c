/// Parameters of VRCFaceTracking that stand for several shapes at once.
///
/// A positive value is given to every shape on the left of the bar, a negative one to those on its right.
enum UnifiedCombinations {
  /// A shape, and whether it is moved by negative values.
  struct Part {
    var shape: Int
    var isNegative: Bool
  }

  static let text = """
    EyeClosed: EyeClosedLeft EyeClosedRight
    EyeWide: EyeWideLeft EyeWideRight
    EyeSquint: EyeSquintLeft EyeSquintRight
    EyesSquint: EyeSquintLeft EyeSquintRight
    BrowUp: BrowInnerUpLeft BrowInnerUpRight BrowOuterUpLeft BrowOuterUpRight
    BrowUpLeft: BrowInnerUpLeft BrowOuterUpLeft
    BrowUpRight: BrowInnerUpRight BrowOuterUpRight
    BrowDown: BrowLowererLeft BrowPinchLeft BrowLowererRight BrowPinchRight
    BrowDownLeft: BrowLowererLeft BrowPinchLeft
    BrowDownRight: BrowLowererRight BrowPinchRight
    BrowInnerUp: BrowInnerUpLeft BrowInnerUpRight
    BrowOuterUp: BrowOuterUpLeft BrowOuterUpRight
    BrowExpressionLeft: BrowInnerUpLeft BrowOuterUpLeft | BrowLowererLeft BrowPinchLeft
    BrowExpressionRight: BrowInnerUpRight BrowOuterUpRight | BrowLowererRight BrowPinchRight
    JawX: JawRight | JawLeft
    JawZ: JawForward | JawBackward
    CheekSquint: CheekSquintLeft CheekSquintRight
    CheekPuffSuck: CheekPuffLeft CheekPuffRight | CheekSuckLeft CheekSuckRight
    CheekPuffSuckLeft: CheekPuffLeft | CheekSuckLeft
    CheekPuffSuckRight: CheekPuffRight | CheekSuckRight
    CheekSuck: CheekSuckLeft CheekSuckRight
    MouthX: MouthUpperRight MouthLowerRight | MouthUpperLeft MouthLowerLeft
    MouthUpperX: MouthUpperRight | MouthUpperLeft
    MouthLowerX: MouthLowerRight | MouthLowerLeft
    LipSuck: LipSuckUpperLeft LipSuckUpperRight LipSuckLowerLeft LipSuckLowerRight
    LipSuckUpper: LipSuckUpperLeft LipSuckUpperRight
    LipSuckLower: LipSuckLowerLeft LipSuckLowerRight
    LipFunnel: LipFunnelUpperLeft LipFunnelUpperRight LipFunnelLowerLeft LipFunnelLowerRight
    LipFunnelUpper: LipFunnelUpperLeft LipFunnelUpperRight
    LipFunnelLower: LipFunnelLowerLeft LipFunnelLowerRight
    LipPucker: LipPuckerUpperLeft LipPuckerUpperRight LipPuckerLowerLeft LipPuckerLowerRight
    LipPuckerUpper: LipPuckerUpperLeft LipPuckerUpperRight
    LipPuckerLower: LipPuckerLowerLeft LipPuckerLowerRight
    LipPuckerLeft: LipPuckerUpperLeft LipPuckerLowerLeft
    LipPuckerRight: LipPuckerUpperRight LipPuckerLowerRight
    LipSuckFunnelUpper: LipSuckUpperLeft LipSuckUpperRight | LipFunnelUpperLeft LipFunnelUpperRight
    LipSuckFunnelLower: LipSuckLowerLeft LipSuckLowerRight | LipFunnelLowerLeft LipFunnelLowerRight
    MouthUpperUp: MouthUpperUpLeft MouthUpperUpRight
    MouthLowerDown: MouthLowerDownLeft MouthLowerDownRight
    MouthOpen: MouthUpperUpLeft MouthUpperUpRight MouthLowerDownLeft MouthLowerDownRight
    MouthStretch: MouthStretchLeft MouthStretchRight
    MouthTightener: MouthTightenerLeft MouthTightenerRight
    MouthPress: MouthPressLeft MouthPressRight
    MouthDimple: MouthDimpleLeft MouthDimpleRight
    NoseSneer: NoseSneerLeft NoseSneerRight
    MouthSmileLeft: MouthCornerPullLeft MouthCornerSlantLeft
    MouthSmileRight: MouthCornerPullRight MouthCornerSlantRight
    MouthSadLeft: MouthFrownLeft
    MouthSadRight: MouthFrownRight
    SmileFrownLeft: MouthCornerPullLeft MouthCornerSlantLeft | MouthFrownLeft
    SmileFrownRight: MouthCornerPullRight MouthCornerSlantRight | MouthFrownRight
    SmileFrown: MouthCornerPullLeft MouthCornerSlantLeft MouthCornerPullRight MouthCornerSlantRight | MouthFrownLeft MouthFrownRight
    SmileSadLeft: MouthCornerPullLeft MouthCornerSlantLeft | MouthFrownLeft
    SmileSadRight: MouthCornerPullRight MouthCornerSlantRight | MouthFrownRight
    SmileSad: MouthCornerPullLeft MouthCornerSlantLeft MouthCornerPullRight MouthCornerSlantRight | MouthFrownLeft MouthFrownRight
    CheekPuff: CheekPuffLeft CheekPuffRight
    MouthRaiser: MouthRaiserUpper MouthRaiserLower
    """

  static let parts: [String: [Part]] = {
    let mapping = ExpressionMapping.of(.unified)
    var parts: [String: [Part]] = [:]
    for line in text.split(separator: "\n") {
      let sides = line.split(separator: ":")[1].split(separator: "|")
      let name = String(line.split(separator: ":")[0])
      for (k, side) in sides.enumerated() {
        for word in side.split(separator: " ") {
          guard let shape = mapping.shape(named: String(word)) else {
            preconditionFailure("combinations name shapes that there are")
          }
          parts[name, default: []].append(Part(shape: shape, isNegative: k == 1))
        }
      }
    }
    return parts
  }()
}
