/// The table between ARKit's 52 coefficients and other vocabularies, as text.
///
/// A line is a coefficient and, after each bar, a vocabulary's shapes. `{Left}` stands for `Left` and
/// `Right` in two lines, `{L}` for `L` and `R`, `{l}` for `l` and `r`. After `*` stand two numbers:
/// *give*, by which the coefficient moves the shape, and *take*, by which the shape moves the coefficient;
/// a shape without them has 1 and an equal share of what its coefficient takes.
///
/// Sources: the table of compatible names in VRCFaceTracking's documentation (Unified, SRanipal, Meta),
/// the enumerations of OpenXR's `XR_FB_face_tracking2` and `XR_HTC_facial_tracking`, the presets of VRM
/// 1.0. VRM's emotions and visemes have no definition in coefficients; their lines are ours.
enum ExpressionTable {
  static let text = """
    eyeBlink{Left} | unified EyeClosed{Left} | meta EYES_CLOSED_{L} | sranipal Eye_{Left}_Blink | vrm blink{Left} blink*0,1
    eyeLookDown{Left} | unified EyeLookDown{Left} | meta EYES_LOOK_DOWN_{L} | sranipal Eye_{Left}_Down | vrm lookDown*0.5,1
    eyeLookInLeft | unified EyeLookInLeft | meta EYES_LOOK_RIGHT_L | sranipal Eye_Left_Right | vrm lookRight*0.5,1
    eyeLookInRight | unified EyeLookInRight | meta EYES_LOOK_LEFT_R | sranipal Eye_Right_Left | vrm lookLeft*0.5,1
    eyeLookOutLeft | unified EyeLookOutLeft | meta EYES_LOOK_LEFT_L | sranipal Eye_Left_Left | vrm lookLeft*0.5,1
    eyeLookOutRight | unified EyeLookOutRight | meta EYES_LOOK_RIGHT_R | sranipal Eye_Right_Right | vrm lookRight*0.5,1
    eyeLookUp{Left} | unified EyeLookUp{Left} | meta EYES_LOOK_UP_{L} | sranipal Eye_{Left}_Up | vrm lookUp*0.5,1
    eyeSquint{Left} | unified EyeSquint{Left} | meta LID_TIGHTENER_{L} | sranipal Eye_{Left}_Squeeze
    eyeWide{Left} | unified EyeWide{Left} | meta UPPER_LID_RAISER_{L} | sranipal Eye_{Left}_Wide | vrm surprised*0.5,1
    jawForward | unified JawForward | meta JAW_THRUST | sranipal Jaw_Forward
    jawLeft | unified JawLeft | meta JAW_SIDEWAYS_LEFT | sranipal Jaw_Left
    jawRight | unified JawRight | meta JAW_SIDEWAYS_RIGHT | sranipal Jaw_Right
    jawOpen | unified JawOpen | meta JAW_DROP | sranipal Jaw_Open | vrm aa surprised*0,0.3 ee*0,0.15
    mouthClose | unified MouthClosed | meta LIPS_TOWARD | sranipal Mouth_Ape_Shape
    mouthFunnel | unified LipFunnelUpperLeft LipFunnelUpperRight LipFunnelLowerLeft LipFunnelLowerRight | meta LIP_FUNNELER_LT LIP_FUNNELER_RT LIP_FUNNELER_LB LIP_FUNNELER_RB | vrm oh
    mouthPucker | unified LipPuckerUpperLeft LipPuckerUpperRight LipPuckerLowerLeft LipPuckerLowerRight | meta LIP_PUCKER_L LIP_PUCKER_R | sranipal Mouth_Pout | vrm ou
    mouth{Left} | unified MouthUpper{Left} MouthLower{Left} | meta MOUTH_{LEFT} | sranipal Mouth_Upper_{Left} Mouth_Lower_{Left}
    mouthSmile{Left} | unified MouthCornerPull{Left}*1,0.8 MouthCornerSlant{Left}*1,0.2 | meta LIP_CORNER_PULLER_{L} | sranipal Mouth_Smile_{Left} | vrm happy*0.5,1
    mouthFrown{Left} | unified MouthFrown{Left} | meta LIP_CORNER_DEPRESSOR_{L} | sranipal Mouth_Sad_{Left} | vrm sad*0.5,1
    mouthDimple{Left} | unified MouthDimple{Left} | meta DIMPLER_{L} | vrm ee*0.5,1
    mouthStretch{Left} | unified MouthStretch{Left} | meta LIP_STRETCHER_{L} | vrm ih*0.5,1
    mouthRollLower | unified LipSuckLowerLeft LipSuckLowerRight | meta LIP_SUCK_LB LIP_SUCK_RB | sranipal Mouth_Lower_Inside
    mouthRollUpper | unified LipSuckUpperLeft LipSuckUpperRight | meta LIP_SUCK_LT LIP_SUCK_RT | sranipal Mouth_Upper_Inside
    mouthShrugLower | unified MouthRaiserLower | meta CHIN_RAISER_B | sranipal Mouth_Lower_Overlay
    mouthShrugUpper | unified MouthRaiserUpper | meta CHIN_RAISER_T
    mouthPress{Left} | unified MouthPress{Left} | meta LIP_PRESSOR_{L}
    mouthLowerDown{Left} | unified MouthLowerDown{Left} | meta LOWER_LIP_DEPRESSOR_{L} | sranipal Mouth_Lower_Down{Left}
    mouthUpperUp{Left} | unified MouthUpperUp{Left} | meta UPPER_LIP_RAISER_{L} | sranipal Mouth_Upper_Up{Left}
    browDown{Left} | unified BrowLowerer{Left}*1,0.75 BrowPinch{Left}*1,0.25 | meta BROW_LOWERER_{L} | vrm angry*0.5,1
    browInnerUp | unified BrowInnerUpLeft BrowInnerUpRight | meta INNER_BROW_RAISER_L INNER_BROW_RAISER_R | vrm sad*0,0.6 surprised*0,0.5
    browOuterUp{Left} | unified BrowOuterUp{Left} | meta OUTER_BROW_RAISER_{L} | vrm surprised*0,0.5
    cheekPuff | unified CheekPuffLeft CheekPuffRight | meta CHEEK_PUFF_L CHEEK_PUFF_R | sranipal Cheek_Puff_Left Cheek_Puff_Right
    cheekSquint{Left} | unified CheekSquint{Left} | meta CHEEK_RAISER_{L}
    noseSneer{Left} | unified NoseSneer{Left} | meta NOSE_WRINKLER_{L}
    tongueOut | unified TongueOut | meta TONGUE_OUT | sranipal Tongue_LongStep1 Tongue_LongStep2
    """

  /// Shapes that no line names, so that what ARKit cannot express can be said.
  static let others: [Vocabulary: [String]] = [
    .unified: words(
      """
      NasalDilationLeft NasalDilationRight NasalConstrictLeft NasalConstrictRight CheekSuckLeft \
      CheekSuckRight JawBackward JawClench JawMandibleRaise LipSuckCornerLeft LipSuckCornerRight \
      MouthUpperDeepenLeft MouthUpperDeepenRight MouthTightenerLeft MouthTightenerRight TongueUp \
      TongueDown TongueLeft TongueRight TongueRoll TongueBendDown TongueCurlUp TongueSquish TongueFlat \
      TongueTwistLeft TongueTwistRight SoftPalateClose ThroatSwallow NeckFlexLeft NeckFlexRight \
      EyeDilationLeft EyeDilationRight EyeConstrictLeft EyeConstrictRight
      """),
    .meta: words(
      """
      CHEEK_SUCK_L CHEEK_SUCK_R LIP_TIGHTENER_L LIP_TIGHTENER_R TONGUE_TIP_INTERDENTAL \
      TONGUE_TIP_ALVEOLAR TONGUE_FRONT_DORSAL_PALATE TONGUE_MID_DORSAL_PALATE TONGUE_BACK_DORSAL_VELAR \
      TONGUE_RETREAT
      """),
    .sranipal: words(
      """
      Mouth_Upper_Overturn Mouth_Lower_Overturn Cheek_Suck Tongue_Left Tongue_Right Tongue_Up Tongue_Down \
      Tongue_Roll Tongue_UpRight_Morph Tongue_UpLeft_Morph Tongue_DownRight_Morph Tongue_DownLeft_Morph
      """),
    .vrm: words("relaxed neutral"),
  ]

  private static func words(_ text: String) -> [String] {
    text.split(separator: " ").map(String.init)
  }
}
