public import FaceRig
public import Geometry

/// One person: a rig, the splats bound to it, and how a face state becomes a code.
public struct Avatar: Sendable {
  /// The person's template: its vertices are their neutral face, without identity modes.
  public let template: Template
  /// The share of the head in each vertex's rigid motion; the torso has the rest.
  public let headShare: [Float]
  /// Splats and bases.
  public var splats: SplatModel
  /// Face state to code.
  public var codeMap: CodeMap
  /// The pose at which head and torso agree, camera from head, from the middle of the capture.
  public let reference: RigidTransform
  /// What the photometric driver learnt at enrolment; nil before.
  public var driving: DrivingModel?
  /// How streams of this person are coded; nil where nothing was learnt.
  public var streamTransform: StreamTransform?
  /// Where the person's left and right eye rest: the lids follow the gaze from here.
  public let restingLeftGaze, restingRightGaze: Gaze
  /// Where the avatar comes from.
  public var provenance: Provenance

  /// Makes an avatar from its parts.
  public init(
    template: Template, headShare: [Float], splats: SplatModel, codeMap: CodeMap,
    reference: RigidTransform, restingLeftGaze: Gaze = Gaze(), restingRightGaze: Gaze = Gaze(),
    driving: DrivingModel? = nil, streamTransform: StreamTransform? = nil,
    provenance: Provenance
  ) {
    precondition(headShare.count == template.vertices.count)
    precondition(codeMap.codeLength == splats.codeLength)
    self.template = template
    self.headShare = headShare
    self.splats = splats
    self.codeMap = codeMap
    self.reference = reference
    self.restingLeftGaze = restingLeftGaze
    self.restingRightGaze = restingRightGaze
    self.driving = driving
    self.streamTransform = streamTransform
    self.provenance = provenance
  }

  /// The code of a state: the mapped face plus the state's correction.
  public func code(of state: AvatarState) -> [Float] {
    var code = codeMap.code(inputs: codeMap.inputs(of: state.face, reference: reference))
    for k in 0..<min(code.count, state.correction.count) { code[k] += state.correction[k] }
    return code
  }
}

/// What the photometric driver needs to take few and good steps: see ``PhotometricCost``.
public struct DrivingModel: Sendable, Equatable {
  /// Pixels a centimetre, at the head, of the pictures compared.
  public var pixelsPerCentimetre: Float
  /// The mean Gauss–Newton matrix JᵀJ of the capture, `[n][n]`, n = code length +
  /// ``poseUnknowns``: code, head turn and shift, torso turn and shift, yaw and pitch of both eyes.
  public var normalMatrix: [Float]
  /// The largest correction of each code number seen in the fit.
  public var correctionRange: [Float]

  /// Unknowns beside the code.
  public static var poseUnknowns: Int { 16 }

  /// Makes a model from its parts.
  public init(pixelsPerCentimetre: Float, normalMatrix: [Float], correctionRange: [Float]) {
    self.pixelsPerCentimetre = pixelsPerCentimetre
    self.normalMatrix = normalMatrix
    self.correctionRange = correctionRange
  }
}

/// Where an avatar comes from.
public struct Provenance: Sendable, Equatable {
  /// Seconds since 1970 when the enrolment ended.
  public var created: Double
  /// The program's name and version in UTF-8.
  ///
  /// Kept as it is in the file: reading text takes code that no browser has to download.
  let softwareName: [UInt8]
  /// The capture's size in pixels and its length in frames.
  public var captureWidth, captureHeight, captureFrames: Int
  /// Frames used for fitting.
  public var fittedFrames: Int
  /// The estimated focal length of the capture's camera in pixels.
  public var focalLength: Float
  /// Steps of the fit.
  public var steps: Int
  /// Seed of the fit.
  public var seed: UInt64

  /// The program's name and version.
  public var software: String { String(decoding: softwareName, as: UTF8.self) }

  /// Makes a record.
  public init(
    created: Double, software: String, captureWidth: Int, captureHeight: Int, captureFrames: Int,
    fittedFrames: Int, focalLength: Float, steps: Int, seed: UInt64
  ) {
    self.init(
      created: created, softwareName: Array(software.utf8), captureWidth: captureWidth,
      captureHeight: captureHeight, captureFrames: captureFrames, fittedFrames: fittedFrames,
      focalLength: focalLength, steps: steps, seed: seed)
  }

  init(
    created: Double, softwareName: [UInt8], captureWidth: Int, captureHeight: Int,
    captureFrames: Int, fittedFrames: Int, focalLength: Float, steps: Int, seed: UInt64
  ) {
    self.created = created
    self.softwareName = softwareName
    self.captureWidth = captureWidth
    self.captureHeight = captureHeight
    self.captureFrames = captureFrames
    self.fittedFrames = fittedFrames
    self.focalLength = focalLength
    self.steps = steps
    self.seed = seed
  }
}

extension Provenance {
  /// The focal length in pixels that a camera of unknown make most likely has.
  ///
  /// A video of the same aspect ratio as the capture most likely comes from the same camera: the
  /// capture's focal length, as a share of the width, serves. Otherwise 1.6 times the shorter side,
  /// which suits phones held either way. An error of it is mostly taken up by the head's distance.
  public func likelyFocalLength(width: Int, height: Int) -> Float {
    let aspect = Float(width) / Float(max(height, 1))
    let captured = Float(captureWidth) / Float(max(captureHeight, 1))
    let ratio = focalLength / Float(max(captureWidth, 1))
    if (0.98...1.02).contains(aspect / max(captured, 1e-3)), (0.5...6).contains(ratio) {
      return ratio * Float(width)
    }
    return 1.6 * Float(min(width, height))
  }
}
