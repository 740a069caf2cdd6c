/// A set of names for what a face does, beside ARKit's.
public enum Vocabulary: String, CaseIterable, Sendable {
  /// Unified Expressions, version 2, of VRCFaceTracking.
  case unified
  /// OpenXR's `XrFaceExpression2FB` of `XR_FB_face_tracking2`: 70, without prefix and suffix.
  case meta
  /// HTC's SRanipal: lips and eyes.
  case sranipal
  /// The preset expressions of VRM 1.0.
  case vrm

  /// What it is called in text.
  public var title: String {
    switch self {
    case .unified: "Unified Expressions v2"
    case .meta: "Meta, XR_FB_face_tracking2"
    case .sranipal: "SRanipal"
    case .vrm: "VRM 1.0 presets"
    }
  }
}
