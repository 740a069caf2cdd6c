// What JavaScript calls for tracking; `Web/core/core-tracker.js` is the other side. Calls return a
// negative failure code or what they say; addresses are zero where there is none.
internal import BrowserSession

// Safe because a WebAssembly instance has one thread.
nonisolated(unsafe) private var followers = ObjectTable<FaceFollower>()

/// A new tracker that waits for its files; returns its number.
@_expose(wasm, "tracker_begin")
@c(tracker_begin)
public func trackerBegin() -> Int32 { followers.insert(FaceFollower()) }

/// Takes in the next bytes of a file: see `FaceFollower.File`.
@_expose(wasm, "tracker_append")
@c(tracker_append)
public func trackerAppend(
  _ tracker: Int32, _ file: Int32, _ bytes: UnsafePointer<UInt8>?, _ count: Int32
) -> Int32 {
  status { () throws(Failure) in
    try followers.find(tracker).append(
      UnsafeBufferPointer(start: bytes, count: max(0, Int(count))), to: file)
    return 0
  }
}

/// Reads the files.
@_expose(wasm, "tracker_prepare")
@c(tracker_prepare)
public func trackerPrepare(_ tracker: Int32) -> Int32 {
  status { () throws(Failure) in
    try followers.find(tracker).prepare()
    return 0
  }
}

/// Makes room for pictures of a size; 0, or why not.
@_expose(wasm, "tracker_resize")
@c(tracker_resize)
public func trackerResize(_ tracker: Int32, _ width: Int32, _ height: Int32) -> Int32 {
  status { () throws(Failure) in
    _ = try followers.find(tracker).room(width: Int(width), height: Int(height))
    return 0
  }
}

/// The address of that room, four bytes a pixel.
@_expose(wasm, "tracker_picture")
@c(tracker_picture)
public func trackerPicture(
  _ tracker: Int32, _ width: Int32, _ height: Int32
) -> UnsafeMutablePointer<UInt8>? {
  try? followers.find(tracker).room(width: Int(width), height: Int(height))
}

/// Looks at the picture in the room; returns 1 if there is a face.
@_expose(wasm, "tracker_look")
@c(tracker_look)
public func trackerLook(_ tracker: Int32) -> Int32 {
  status { () throws(Failure) in try followers.find(tracker).look() ? 1 : 0 }
}

/// Solves for what was seen; returns 0 (no face so far), 1 (followed) or 2 (held).
@_expose(wasm, "tracker_solve")
@c(tracker_solve)
public func trackerSolve(_ tracker: Int32, _ time: Double) -> Int32 {
  status { () throws(Failure) in try followers.find(tracker).solve(time: time) }
}

/// The address of the state: see `StateBlock`.
@_expose(wasm, "tracker_state")
@c(tracker_state)
public func trackerState(_ tracker: Int32) -> UnsafeMutablePointer<Float>? {
  (try? followers.find(tracker))?.block.pointer
}

/// The address of the 468 landmarks, three floats each.
@_expose(wasm, "tracker_landmarks")
@c(tracker_landmarks)
public func trackerLandmarks(_ tracker: Int32) -> UnsafeMutablePointer<Float>? {
  (try? followers.find(tracker))?.landmarks
}

/// The address of `FaceFollower.facts`.
@_expose(wasm, "tracker_facts")
@c(tracker_facts)
public func trackerFacts(_ tracker: Int32) -> UnsafeMutablePointer<Double>? {
  (try? followers.find(tracker))?.facts
}

/// Takes the expression of the last moments for the neutral one (1), or forgets it (0).
@_expose(wasm, "tracker_calibrate")
@c(tracker_calibrate)
public func trackerCalibrate(_ tracker: Int32, _ isOn: Int32) -> Int32 {
  status { () throws(Failure) in
    try followers.find(tracker).calibrate(isOn != 0)
    return 0
  }
}

/// Forgets the face.
@_expose(wasm, "tracker_reset")
@c(tracker_reset)
public func trackerReset(_ tracker: Int32) -> Int32 {
  status { () throws(Failure) in
    try followers.find(tracker).reset()
    return 0
  }
}

/// Lets a tracker go.
@_expose(wasm, "tracker_close")
@c(tracker_close)
public func trackerClose(_ tracker: Int32) -> Int32 {
  status { () throws(Failure) in
    try followers.remove(tracker)
    return 0
  }
}
