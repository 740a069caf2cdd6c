public import AvatarModel
import Dispatch
import FaceRig
import FaceTracking
public import GaussianSplats
public import Geometry
import MediaIO
import SplatFitting

/// Drives a person's avatar with pictures of them, one after another, as a live camera would: no
/// frame waits for a later one.
///
///     picture ─┬─ landmarks ─ face state ─┬─ photometric steps ─▶ avatar state
///              └─ matte ──────────────────┘
///
/// While no face is seen the last state is held; at a cut everything starts afresh. Not safe for
/// use by two threads at once.
public final class AvatarDriver {
  /// What may be chosen.
  public struct Options: Sendable {
    /// Whether the rendering is compared with the picture; landmarks alone, if not.
    public var isPhotometric = true
    /// Pictures whose longer side exceeds this are reduced before anything looks at them.
    public var largestPicture = 1280

    /// The default options.
    public init() {}
  }

  /// The answer for one picture.
  public struct Answer: Sendable {
    /// What the avatar shall do.
    public let state: AvatarState
    /// Whether the face was seen; the state is the last one's, if not.
    public let isTracked: Bool
    /// Whether the picture does not continue the last one.
    public let isCut: Bool
    /// Faces in the picture, when it was last searched for them.
    public let faceCount: Int
    /// The face's height in the camera's pixels; nil without a face.
    public let faceHeight: Float?
  }

  /// The driving camera.
  public let camera: PinholeCamera
  /// How long everything took.
  public private(set) var times = DrivingTimes()

  private let avatar: Avatar
  private let options: Options
  private let observer: FrameObserver
  private var solver: LiveSolver
  private let photometric: PhotometricDriver?
  private let drivingPicture = DrivingPicture()
  private var last: AvatarState?
  private var torso: RigidTransform?
  private var lostFrames = 0

  /// Prepares to drive.
  ///
  /// - Parameters:
  ///   - width: the driving camera's width in pixels; `height` likewise. Pictures may be reduced.
  ///   - focalLength: in pixels; nil takes ``likelyFocalLength(of:width:height:)``.
  /// - Throws: `AssetCache.Failure`, `FaceTrackingError`, `FaceSolvingError`.
  public init(
    avatar: Avatar, width: Int, height: Int, focalLength: Float? = nil,
    options: Options = Options(), cache: AssetCache, workers: Workers,
    level: InstructionLevel = .best
  ) throws {
    self.avatar = avatar
    self.options = options
    camera = PinholeCamera(
      width: width, height: height,
      focalLength: focalLength
        ?? Self.likelyFocalLength(of: avatar.provenance, width: width, height: height))
    observer = try FrameObserver(
      landmarks: LandmarkTracker(models: cache.faceModels()), mattes: cache.matteEstimator())
    solver = try LiveSolver(avatar: avatar, camera: camera)
    photometric =
      options.isPhotometric && avatar.driving != nil
      ? PhotometricDriver(avatar: avatar, workers: workers, level: level) : nil
  }

  /// See `Provenance.likelyFocalLength(width:height:)`.
  public static func likelyFocalLength(
    of capture: Provenance, width: Int, height: Int
  ) -> Float {
    capture.likelyFocalLength(width: width, height: height)
  }

  /// The avatar's state for the next picture; nil until a face was seen.
  ///
  /// - Parameters:
  ///   - image: three channels, of the camera's size or that size reduced.
  ///   - time: seconds, later than the last picture's.
  /// - Throws: `FaceTrackingError`, `FaceSolvingError`.
  public func drive(_ image: PixelImage, time: Double) throws -> Answer? {
    let start = DispatchTime.now().uptimeNanoseconds
    let picture = image.reduced(toMaximumDimension: options.largestPicture)
    let seen = try observer.observe(picture, needsMatte: photometric != nil, times: &times)
    if seen.isCut { forget() }
    let scale =
      SIMD2(Float(camera.width), Float(camera.height))
      / SIMD2(Float(picture.width), Float(picture.height))
    let middle = DispatchTime.now().uptimeNanoseconds
    let face = try solver.solve(seen.observation(time: time, scale: scale), time: time)
    times.solve.append(since: middle)
    defer { times.frame.append(since: start) }

    let isTracked = face?.isTracked == true
    if let face, isTracked {
      if lostFrames > 5 { photometric?.reset() }
      lostFrames = 0
      last = state(of: face.state, picture, seen.matte)
    } else {
      lostFrames += 1
      last?.face.time = time
    }
    return last.map {
      Answer(
        state: $0, isTracked: isTracked, isCut: seen.isCut, faceCount: seen.faceCount,
        faceHeight: seen.face.map { $0.faceHeight * scale.y })
    }
  }

  /// Forgets the person's motion: another video begins.
  public func reset() {
    observer.reset()
    forget()
    last = nil
  }

  private func forget() {
    solver.reset()
    photometric?.reset()
    torso = nil
    lostFrames = 0
  }

  private func state(
    of face: FaceState, _ picture: PixelImage, _ matte: PixelImage?
  ) -> AvatarState {
    if let photometric, let matte {
      let start = DispatchTime.now().uptimeNanoseconds
      let scale =
        SIMD2(Float(picture.width), Float(picture.height))
        / SIMD2(Float(camera.width), Float(camera.height))
      drivingPicture.load(
        picture, matte: matte,
        camera: PinholeCamera(
          width: picture.width, height: picture.height, focalLength: camera.focalLength * scale,
          center: camera.center * scale),
        head: face.cameraFromHead, pixelsPerCentimetre: photometric.pixelsPerCentimetre)
      let answer = photometric.refine(face, picture: drivingPicture).state
      times.refine.append(since: start)
      if answer.isUsable { return answer }
      photometric.reset()
    }
    return AvatarState(face: face, cameraFromTorso: followedTorso(face))
  }

  /// A torso that landmarks do not see: turned as in the capture, slowly following the head.
  private func followedTorso(_ face: FaceState) -> RigidTransform {
    var next = RigidTransform(
      rotation: avatar.reference.rotation, translation: face.cameraFromHead.translation)
    if let torso { next.translation = torso.translation * 0.9 + next.translation * 0.1 }
    torso = next
    return next
  }
}

extension AvatarState {
  /// Whether all numbers are finite and head and torso lie before the camera.
  fileprivate var isUsable: Bool {
    func isUsable(_ pose: RigidTransform) -> Bool {
      let t = pose.translation, r = pose.rotation
      let sum = r.x + r.y + r.z
      return t.z > 1 && t.length < 1e4 && sum.length < 10
    }
    return isUsable(face.cameraFromHead) && isUsable(cameraFromTorso)
      && correction.allSatisfy { $0.magnitude < 1e3 }
  }
}
