public import AvatarModel
public import FaceRig
public import FaceTracking
public import Geometry

/// One camera's face in the browser: pictures in, states out.
///
///     append(files) … prepare ─▶ picture(width, height) ─▶ look ─▶ solve ─▶ state, facts, landmarks
public final class FaceFollower {
  /// What is handed over before the first picture.
  public enum File: Int32 {
    case shortRangeDetection = 0
    case fullRangeDetection = 1
    case landmarks = 2
    case iris = 3
    /// The template, for a person who is not known.
    case template = 4
    /// The person's avatar, or its beginning up to the bases.
    case avatar = 5
  }

  /// Who the person before the camera is.
  private enum Person {
    case known(Avatar)
    case learnt(OnlineIdentity)
  }

  /// Numbers at ``facts``.
  public static var factCount: Int { 8 }

  /// Three floats a landmark: pixels, z toward the viewer negative.
  public let landmarks: UnsafeMutablePointer<Float>
  /// Face count, confidence, residual, cut (0 or 1), face height in pixels, whether the person's
  /// shape is learnt (0 or 1), focal length in pixels.
  public let facts: UnsafeMutablePointer<Double>
  /// The state, without a correction.
  public let block = StateBlock(correctionCount: 0)

  private var files = [[UInt8]](repeating: [], count: 6)
  private var tracker: LandmarkTracker?
  private var model: LandmarkModel?
  private var avatar: Avatar?
  private var person: Person?
  private var solver: FaceStateSolver?
  private var neutral = NeutralFace()
  private var picture = PixelImage(width: 0, height: 0, channels: 4)
  private var pixels: UnsafeMutablePointer<UInt8>?
  private var torso: TorsoFollower
  private var seen: TrackedFrame?

  /// A follower that waits for its files.
  public init() {
    landmarks = .allocate(capacity: 3 * FaceLandmarks.count)
    landmarks.initialize(repeating: 0, count: 3 * FaceLandmarks.count)
    facts = .allocate(capacity: Self.factCount)
    facts.initialize(repeating: 0, count: Self.factCount)
    torso = TorsoFollower(rotation: FaceState().cameraFromHead.rotation)
  }

  deinit {
    landmarks.deallocate()
    facts.deallocate()
    block.deallocate()
    pixels?.deallocate()
  }

  /// Takes in the next bytes of a file.
  public func append(_ bytes: UnsafeBufferPointer<UInt8>, to file: Int32) throws(Failure) {
    guard let file = File(rawValue: file) else { throw Failure(.noSuchObject, Double(file)) }
    files[Int(file.rawValue)].append(contentsOf: bytes)
  }

  /// Reads the files, which are let go.
  public func prepare() throws(Failure) {
    let files = files
    self.files = [[UInt8]](repeating: [], count: 6)
    func bytes(_ file: File) -> [UInt8] { files[Int(file.rawValue)] }
    for file in [File.shortRangeDetection, .landmarks, .iris] where bytes(file).isEmpty {
      throw Failure(.filesMissing, Double(file.rawValue))
    }
    if !bytes(.avatar).isEmpty {
      let avatar = try Self.avatar(bytes(.avatar))
      let landmarks = avatar.template.landmarks.count
      if landmarks != FaceLandmarks.count {
        throw Failure(.avatarWithoutLandmarks, Double(landmarks))
      }
      model = LandmarkModel(avatar.template)
      torso = TorsoFollower(rotation: avatar.reference.rotation)
      self.avatar = avatar
    } else if !bytes(.template).isEmpty {
      model = LandmarkModel(try Self.template(bytes(.template)))
    } else {
      throw Failure(.filesMissing, Double(File.template.rawValue))
    }
    let fullRange = bytes(.fullRangeDetection)
    do {
      tracker = try LandmarkTracker(
        models: FaceModels(
          shortRangeDetection: bytes(.shortRangeDetection),
          fullRangeDetection: fullRange.isEmpty ? nil : fullRange, landmarks: bytes(.landmarks),
          iris: bytes(.iris)))
    } catch { throw Failure(error) }
  }

  /// Makes room for pictures of a size: `width × height × 4` bytes, red, green, blue, anything.
  public func room(width: Int, height: Int) throws(Failure) -> UnsafeMutablePointer<UInt8> {
    guard let model else { throw Failure(.notReady) }
    if width < 16 || height < 16 || width > 4096 || height > 4096 {
      throw Failure(.pictureUnusable, Double(width), Double(height), 4)
    }
    if let pixels, width == picture.width, height == picture.height { return pixels }
    pixels?.deallocate()
    let room = UnsafeMutablePointer<UInt8>.allocate(capacity: width * height * 4)
    room.initialize(repeating: 0, count: width * height * 4)
    pixels = room
    picture = PixelImage(width: width, height: height, channels: 4)
    try place(model, width: width, height: height)
    return room
  }

  /// Looks at the picture; returns whether there is a face.
  public func look() throws(Failure) -> Bool {
    guard let pixels, tracker != nil else { throw Failure(.notReady) }
    picture.samples.withUnsafeMutableBufferPointer { samples in
      UnsafeMutableRawBufferPointer(samples).copyMemory(
        from: UnsafeRawBufferPointer(start: pixels, count: samples.count))
    }
    do {
      let frame = try tracker?.track(picture)
      seen = frame
      facts[0] = Double(frame?.faceCount ?? 0)
      facts[1] = Double(frame?.confidence ?? 0)
      facts[3] = frame?.isDiscontinuity == true ? 1 : 0
      facts[4] = Double(frame?.face?.faceHeight ?? 0)
      guard let face = frame?.face else { return false }
      for (i, p) in face.points.enumerated() {
        for k in 0..<3 { landmarks[3 * i + k] = p[k] }
      }
      return true
    } catch { throw Failure(error) }
  }

  /// Solves for what was seen last; returns 0 (no face so far), 1 (followed) or 2 (held).
  public func solve(time: Double) throws(Failure) -> Int32 {
    guard solver != nil, let seen else { throw Failure(.notReady) }
    if seen.isDiscontinuity {
      solver?.reset()
      torso.reset()
    }
    let observation = seen.face.map {
      FaceObservation($0, time: time, confidence: seen.confidence)
    }
    do {
      if let observation { try learn(observation) }
      guard let face = try solver?.solve(observation, time: time) else { return 0 }
      var state = face.state
      if face.isTracked { neutral.add(state) }
      state.expression = neutral.expression(of: state.expression)
      block.write(AvatarState(face: state, cameraFromTorso: torso.follow(state.cameraFromHead)))
      facts[1] = Double(face.confidence)
      facts[2] = Double(face.residual)
      return face.isTracked ? 1 : 2
    } catch { throw Failure(error) }
  }

  /// Takes the expression of the last moments for the neutral one, or forgets what it took.
  public func calibrate(_ isOn: Bool) { neutral.calibrate(isOn) }

  /// Forgets the face: another video begins.
  public func reset() {
    tracker?.reset()
    solver?.reset()
    torso.reset()
    neutral = NeutralFace()
    seen = nil
  }

  // MARK: - Steps

  private func learn(_ observation: FaceObservation) throws(FaceSolvingError) {
    guard case .learnt(var identity) = person else { return }
    person = nil  // So that the learner's memory has one owner.
    defer { person = .learnt(identity) }
    if try identity.update(observation) {
      try solver?.replaceIdentity(identity.identity)
      facts[6] = Double(identity.identity.focalLength)
    }
    facts[5] = identity.isSettled ? 1 : 0
  }

  /// Starts a solver for a camera.
  private func place(_ model: LandmarkModel, width: Int, height: Int) throws(Failure) {
    do {
      let identity: SolvedIdentity
      if let avatar {
        identity = SolvedIdentity(
          coefficients: [], restingLeftGaze: avatar.restingLeftGaze,
          restingRightGaze: avatar.restingRightGaze,
          focalLength: avatar.provenance.likelyFocalLength(width: width, height: height))
        person = .known(avatar)
      } else {
        let learner = try OnlineIdentity(model: model, width: width, height: height)
        identity = learner.identity
        person = .learnt(learner)
      }
      facts[5] = avatar == nil ? 0 : 1
      facts[6] = Double(identity.focalLength)
      solver = try FaceStateSolver(model: model, identity: identity, width: width, height: height)
    } catch { throw Failure(error) }
  }

  private static func avatar(_ bytes: [UInt8]) throws(Failure) -> Avatar {
    var opening = AvatarOpening()
    do {
      try bytes.withUnsafeBufferPointer { (buffer) throws(AvatarError) in
        _ = try opening.append(buffer)
      }
    } catch { throw Failure(error) }
    guard let avatar = opening.avatar else {
      throw Failure(
        .avatarTruncated, Double(opening.baseLength ?? opening.wholeLength ?? 12),
        Double(bytes.count))
    }
    return avatar
  }

  private static func template(_ bytes: [UInt8]) throws(Failure) -> Template {
    do { return try Template(bytes: bytes) } catch { throw Failure(.templateUnreadable) }
  }
}
