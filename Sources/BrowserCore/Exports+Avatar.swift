// What JavaScript calls for avatars; `Web/core/core.js` is the other side. Calls return a negative
// failure code or what they say; addresses are zero where there is none.
internal import AvatarModel
internal import BrowserSession
internal import Geometry

// Safe because a WebAssembly instance has one thread.
nonisolated(unsafe) var players = ObjectTable<AvatarPlayer>()

/// A new avatar that waits for its bytes; returns its number.
@_expose(wasm, "avatar_begin")
@c(avatar_begin)
public func avatarBegin() -> Int32 { players.insert(AvatarPlayer()) }

/// Takes in the file's next bytes; returns 0, 1 (the base is there) or 2 (everything is).
@_expose(wasm, "avatar_append")
@c(avatar_append)
public func avatarAppend(
  _ avatar: Int32, _ bytes: UnsafePointer<UInt8>?, _ count: Int32
) -> Int32 {
  status { () throws(Failure) in
    try players.find(avatar).append(
      UnsafeBufferPointer(start: bytes, count: max(0, Int(count))))
  }
}

/// Says that no bytes follow.
@_expose(wasm, "avatar_finish")
@c(avatar_finish)
public func avatarFinish(_ avatar: Int32) -> Int32 {
  status { () throws(Failure) in
    try players.find(avatar).finish()
    return 0
  }
}

/// Lets an avatar go.
@_expose(wasm, "avatar_close")
@c(avatar_close)
public func avatarClose(_ avatar: Int32) -> Int32 {
  status { () throws(Failure) in
    try players.remove(avatar)
    return 0
  }
}

/// Bytes that the base needs (`whole` 0), or everything; 0 while the table has not arrived.
@_expose(wasm, "avatar_length")
@c(avatar_length)
public func avatarLength(_ avatar: Int32, _ whole: Int32) -> Int32 {
  status { () throws(Failure) in Int32(clamping: try players.find(avatar).length(whole != 0)) }
}

/// How many splats there are.
@_expose(wasm, "avatar_count")
@c(avatar_count)
public func avatarCount(_ avatar: Int32) -> Int32 {
  status { () throws(Failure) in Int32(try players.find(avatar).splatFrame().count) }
}

/// The address of the numbers of `AvatarPlayer.info()`.
@_expose(wasm, "avatar_info")
@c(avatar_info)
public func avatarInfo(_ avatar: Int32) -> UnsafeMutablePointer<Double>? {
  try? players.find(avatar).info()
}

/// The address of the state to show: see `StateBlock`.
@_expose(wasm, "avatar_state")
@c(avatar_state)
public func avatarState(_ avatar: Int32) -> UnsafeMutablePointer<Float>? {
  (try? players.find(avatar).stateBlock())?.pointer
}

/// Poses the state.
@_expose(wasm, "avatar_pose")
@c(avatar_pose)
public func avatarPose(_ avatar: Int32) -> Int32 {
  status { () throws(Failure) in
    try players.find(avatar).pose()
    return 0
  }
}

/// Orders the splats for an eye, or with `hasEye` 0 for the driving camera.
@_expose(wasm, "avatar_sort")
@c(avatar_sort)
public func avatarSort(
  _ avatar: Int32, _ hasEye: Int32, _ x: Float, _ y: Float, _ z: Float
) -> Int32 {
  status { () throws(Failure) in
    try players.find(avatar).sort(eye: hasEye == 0 ? nil : Vector3(x, y, z))
    return 0
  }
}

/// The address of the centres, three floats a splat.
@_expose(wasm, "avatar_centers")
@c(avatar_centers)
public func avatarCenters(_ avatar: Int32) -> UnsafeMutablePointer<Float>? {
  (try? players.find(avatar).splatFrame())?.centers
}

/// The address of the covariances, six floats a splat.
@_expose(wasm, "avatar_covariances")
@c(avatar_covariances)
public func avatarCovariances(_ avatar: Int32) -> UnsafeMutablePointer<Float>? {
  (try? players.find(avatar).splatFrame())?.covariances
}

/// The address of the colours, four bytes a splat.
@_expose(wasm, "avatar_colors")
@c(avatar_colors)
public func avatarColors(_ avatar: Int32) -> UnsafeMutablePointer<UInt8>? {
  (try? players.find(avatar).splatFrame())?.colors
}

/// The address of the order, one index a splat.
@_expose(wasm, "avatar_order")
@c(avatar_order)
public func avatarOrder(_ avatar: Int32) -> UnsafeMutablePointer<UInt32>? {
  (try? players.find(avatar).splatFrame())?.order
}
