// What JavaScript calls to check signatures; `Web/core/core-signing.js` is the other side. Calls
// return a negative failure code or what they say; addresses are zero where there is none.
internal import BrowserSession

// Safe because a WebAssembly instance has one thread.
nonisolated(unsafe) private var verifiers = ObjectTable<VerifyingLine>()

/// A new verifier; returns its number.
@_expose(wasm, "verifier_begin")
@c(verifier_begin)
public func verifierBegin() -> Int32 { verifiers.insert(VerifyingLine()) }

/// The address of a verifier's room for bytes.
@_expose(wasm, "verifier_room")
@c(verifier_room)
public func verifierRoom(_ verifier: Int32) -> UnsafeMutablePointer<UInt8>? {
  (try? verifiers.find(verifier))?.room
}

/// Starts with the key, if any, the configuration and the context in the room.
@_expose(wasm, "verifier_configure")
@c(verifier_configure)
public func verifierConfigure(
  _ verifier: Int32, _ key: Int32, _ configuration: Int32, _ context: Int32, _ freshness: Double
) -> Int32 {
  status { () throws(Failure) in
    try verifiers.find(verifier).configure(
      SigningLengths(key: key, configuration: configuration, context: context),
      freshness: freshness)
    return 0
  }
}

/// Goes on with the configuration and the context in the room.
@_expose(wasm, "verifier_continue")
@c(verifier_continue)
public func verifierContinue(
  _ verifier: Int32, _ configuration: Int32, _ context: Int32
) -> Int32 {
  status { () throws(Failure) in
    try verifiers.find(verifier).continueWith(
      SigningLengths(key: 0, configuration: configuration, context: context))
    return 0
  }
}

/// Takes a state's canonical bytes from the room; returns how many verdicts there are.
@_expose(wasm, "verifier_add")
@c(verifier_add)
public func verifierAdd(
  _ verifier: Int32, _ count: Int32, _ number: Int32, _ epoch: Int32
) -> Int32 {
  status { () throws(Failure) in
    try verifiers.find(verifier).add(
      Int(count), number: UInt32(bitPattern: number), epoch: UInt8(truncatingIfNeeded: epoch))
  }
}

/// Reads a signature in the room; puts key, signature and message there and returns the length of
/// all, 0 where it came before.
@_expose(wasm, "verifier_candidate")
@c(verifier_candidate)
public func verifierCandidate(_ verifier: Int32, _ count: Int32, _ now: Double) -> Int32 {
  status { () throws(Failure) in
    try verifiers.find(verifier).candidate(Int(count), now: now)
  }
}

/// Takes the page's word on that signature; returns how many verdicts there are.
@_expose(wasm, "verifier_accept")
@c(verifier_accept)
public func verifierAccept(_ verifier: Int32, _ isValid: Int32) -> Int32 {
  status { () throws(Failure) in try verifiers.find(verifier).accept(isValid: isValid != 0) }
}

/// Ends the stream; returns how many verdicts there are.
@_expose(wasm, "verifier_finish")
@c(verifier_finish)
public func verifierFinish(_ verifier: Int32) -> Int32 {
  status { () throws(Failure) in try verifiers.find(verifier).finish() }
}

/// The address of `VerifyingLine.verdicts`.
@_expose(wasm, "verifier_verdicts")
@c(verifier_verdicts)
public func verifierVerdicts(_ verifier: Int32) -> UnsafeMutablePointer<Double>? {
  (try? verifiers.find(verifier))?.verdicts
}

/// Puts the owner's key into the room; returns its length, 0 where it is not known.
@_expose(wasm, "verifier_key")
@c(verifier_key)
public func verifierKey(_ verifier: Int32) -> Int32 {
  status { () throws(Failure) in try verifiers.find(verifier).key() }
}

/// Lets a verifier go.
@_expose(wasm, "verifier_close")
@c(verifier_close)
public func verifierClose(_ verifier: Int32) -> Int32 {
  status { () throws(Failure) in
    try verifiers.remove(verifier)
    return 0
  }
}
