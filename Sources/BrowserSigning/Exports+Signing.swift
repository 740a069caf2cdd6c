// What JavaScript calls to sign; `Web/core/core-signing.js` is the other side. Calls return a
// negative failure code or what they say; addresses are zero where there is none.
internal import BrowserSession
internal import StreamSignatures

// Safe because a WebAssembly instance has one thread.
nonisolated(unsafe) private var signers = ObjectTable<SigningLine>()

/// A new signer; returns its number.
@_expose(wasm, "signer_begin")
@c(signer_begin)
public func signerBegin() -> Int32 { signers.insert(SigningLine()) }

/// The address of a signer's room for bytes.
@_expose(wasm, "signer_room")
@c(signer_room)
public func signerRoom(_ signer: Int32) -> UnsafeMutablePointer<UInt8>? {
  (try? signers.find(signer))?.room
}

/// Starts a stream with the key, the configuration and the context in the room.
@_expose(wasm, "signer_configure")
@c(signer_configure)
public func signerConfigure(
  _ signer: Int32, _ configuration: Int32, _ context: Int32, _ run: Int32, _ group: Int32,
  _ keyInterval: Int32, _ epoch: Int32, _ stream: Int32
) -> Int32 {
  status { () throws(Failure) in
    var options = RunOptions()
    (options.run, options.group) = (Int(run), Int(group))
    options.keyInterval = Int(keyInterval)
    try signers.find(signer).configure(
      SigningLengths(key: 32, configuration: configuration, context: context), options: options,
      epoch: UInt8(truncatingIfNeeded: epoch), stream: UInt32(bitPattern: stream))
    return 0
  }
}

/// Takes a state's canonical bytes from the room; returns how many runs wait for a signature.
@_expose(wasm, "signer_add")
@c(signer_add)
public func signerAdd(
  _ signer: Int32, _ count: Int32, _ number: Int32, _ wallClock: Double
) -> Int32 {
  status { () throws(Failure) in
    try signers.find(signer).add(
      Int(count), number: UInt32(bitPattern: number), wallClock: wallClock)
  }
}

/// Ends the run; returns how many wait for a signature.
@_expose(wasm, "signer_finish")
@c(signer_finish)
public func signerFinish(_ signer: Int32) -> Int32 {
  status { () throws(Failure) in try signers.find(signer).finish() }
}

/// Puts what the oldest run's signature is of into the room; returns its length, 0 for none.
@_expose(wasm, "signer_message")
@c(signer_message)
public func signerMessage(_ signer: Int32) -> Int32 {
  status { () throws(Failure) in try signers.find(signer).message() }
}

/// Takes that signature from the room and puts the datagram there; returns the length.
@_expose(wasm, "signer_sign")
@c(signer_sign)
public func signerSign(_ signer: Int32, _ count: Int32) -> Int32 {
  status { () throws(Failure) in try signers.find(signer).sign(Int(count)) }
}

/// Gives the oldest run up.
@_expose(wasm, "signer_drop")
@c(signer_drop)
public func signerDrop(_ signer: Int32) -> Int32 {
  status { () throws(Failure) in
    try signers.find(signer).drop()
    return 0
  }
}

/// Lets a signer go.
@_expose(wasm, "signer_close")
@c(signer_close)
public func signerClose(_ signer: Int32) -> Int32 {
  status { () throws(Failure) in
    try signers.remove(signer)
    return 0
  }
}
