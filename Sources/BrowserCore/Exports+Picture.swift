// What JavaScript calls for pictures that the processor draws; `Web/core/core-avatar.js` is the
// other side. Calls return a negative failure code or what they say; addresses are zero where there
// is none.
internal import BrowserSession

/// Writes the avatar's rest, what it shows before anything drives it, to the state's place.
@_expose(wasm, "avatar_rest")
@c(avatar_rest)
public func avatarRest(_ avatar: Int32) -> Int32 {
  status { () throws(Failure) in
    try players.find(avatar).rest()
    return 0
  }
}

/// The address where a picture is asked for: see `PicturePainter`.
@_expose(wasm, "avatar_view")
@c(avatar_view)
public func avatarView(_ avatar: Int32) -> UnsafeMutablePointer<Float>? {
  (try? players.find(avatar).picturePainter())?.request
}

/// Draws the state, which is posed first unless `isPosed`.
@_expose(wasm, "avatar_draw")
@c(avatar_draw)
public func avatarDraw(
  _ avatar: Int32, _ width: Int32, _ height: Int32, _ isPosed: Int32
) -> Int32 {
  status { () throws(Failure) in
    try players.find(avatar).drawPicture(
      width: Int(width), height: Int(height), isPosed: isPosed != 0)
    return 0
  }
}

/// The address of the pixels drawn last, four bytes each.
@_expose(wasm, "avatar_pixels")
@c(avatar_pixels)
public func avatarPixels(_ avatar: Int32) -> UnsafeMutablePointer<UInt8>? {
  (try? players.find(avatar).picturePainter())?.pixels
}
