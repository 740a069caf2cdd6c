// What JavaScript calls for streams; `Web/core/core-stream.js` is the other side. Calls return a
// negative failure code or what they say; addresses are zero where there is none.
internal import BrowserSession

// Safe because a WebAssembly instance has one thread.
nonisolated(unsafe) private var senders = ObjectTable<SenderLine>()
// Safe for the same reason.
nonisolated(unsafe) private var receivers = ObjectTable<ReceiverLine>()

/// A new sender; returns its number.
@_expose(wasm, "sender_begin")
@c(sender_begin)
public func senderBegin() -> Int32 { senders.insert(SenderLine()) }

/// The address of a sender's room for bytes.
@_expose(wasm, "sender_room")
@c(sender_room)
public func senderRoom(_ sender: Int32) -> UnsafeMutablePointer<UInt8>? {
  (try? senders.find(sender))?.room
}

/// Starts a sender with the configuration in its room.
@_expose(wasm, "sender_configure")
@c(sender_configure)
public func senderConfigure(
  _ sender: Int32, _ count: Int32, _ isBroadcast: Int32, _ repeats: Int32,
  _ statesPerPacket: Int32, _ epoch: Int32
) -> Int32 {
  status { () throws(Failure) in
    try senders.find(sender).configure(
      Int(count), isBroadcast: isBroadcast != 0, repeats: Int(repeats),
      statesPerPacket: Int(statesPerPacket), epoch: UInt8(truncatingIfNeeded: epoch))
    return 0
  }
}

/// How many correction numbers a sender's states have.
@_expose(wasm, "sender_correction_count")
@c(sender_correction_count)
public func senderCorrectionCount(_ sender: Int32) -> Int32 {
  status { () throws(Failure) in
    Int32(try senders.find(sender).block?.correctionCount ?? 0)
  }
}

/// The address of the state to send.
@_expose(wasm, "sender_state")
@c(sender_state)
public func senderState(_ sender: Int32) -> UnsafeMutablePointer<Float>? {
  (try? senders.find(sender))?.block?.pointer
}

/// Codes the state; returns the length of the packet in the room, 0 while states are gathered.
@_expose(wasm, "sender_send")
@c(sender_send)
public func senderSend(_ sender: Int32, _ time: Double) -> Int32 {
  status { () throws(Failure) in try senders.find(sender).send(time: time) }
}

/// Puts the state coded last into the room: number, epoch, canonical bytes; returns the length or 0.
@_expose(wasm, "sender_coded")
@c(sender_coded)
public func senderCoded(_ sender: Int32) -> Int32 {
  status { () throws(Failure) in try senders.find(sender).coded() }
}

/// Takes an acknowledgement in the room.
@_expose(wasm, "sender_receive")
@c(sender_receive)
public func senderReceive(
  _ sender: Int32, _ count: Int32, _ receiver: Int32, _ now: Double
) -> Int32 {
  status { () throws(Failure) in
    try senders.find(sender).receive(
      Int(count), from: UInt32(bitPattern: receiver), at: now)
    return 0
  }
}

/// Puts a part of the configuration that a receiver lacks into the room; returns its length or 0.
@_expose(wasm, "sender_missing_configuration")
@c(sender_missing_configuration)
public func senderMissingConfiguration(_ sender: Int32, _ now: Double) -> Int32 {
  status { () throws(Failure) in try senders.find(sender).missingConfiguration(at: now) }
}

/// Lets a sender go.
@_expose(wasm, "sender_close")
@c(sender_close)
public func senderClose(_ sender: Int32) -> Int32 {
  status { () throws(Failure) in
    try senders.remove(sender)
    return 0
  }
}

/// Puts the configuration of streams of an avatar into a sender's room; returns its length.
@_expose(wasm, "sender_describe")
@c(sender_describe)
public func senderDescribe(
  _ sender: Int32, _ avatar: Int32, _ quality: Int32, _ interval: Int32, _ width: Int32,
  _ height: Int32, _ focalLength: Float
) -> Int32 {
  status { () throws(Failure) in
    try players.find(avatar).configure(
      senders.find(sender), quality: Int(quality), interval: Int(interval), width: Int(width),
      height: Int(height), focalLength: focalLength)
  }
}

/// A new receiver; returns its number.
@_expose(wasm, "receiver_begin")
@c(receiver_begin)
public func receiverBegin() -> Int32 { receivers.insert(ReceiverLine()) }

/// The address of a receiver's room for bytes.
@_expose(wasm, "receiver_room")
@c(receiver_room)
public func receiverRoom(_ receiver: Int32) -> UnsafeMutablePointer<UInt8>? {
  (try? receivers.find(receiver))?.room
}

/// Starts a receiver with the configuration in its room.
@_expose(wasm, "receiver_configure")
@c(receiver_configure)
public func receiverConfigure(_ receiver: Int32, _ count: Int32) -> Int32 {
  status { () throws(Failure) in
    try receivers.find(receiver).configure(Int(count))
    return 0
  }
}

/// Takes a packet in the room; returns how many states it added.
@_expose(wasm, "receiver_receive")
@c(receiver_receive)
public func receiverReceive(_ receiver: Int32, _ count: Int32, _ now: Double) -> Int32 {
  status { () throws(Failure) in
    try receivers.find(receiver).receive(Int(count), at: now)
  }
}

/// Puts a state that the last packet added into the room: number, epoch, canonical bytes; returns
/// the length, 0 behind the last.
@_expose(wasm, "receiver_coded")
@c(receiver_coded)
public func receiverCoded(_ receiver: Int32, _ index: Int32) -> Int32 {
  status { () throws(Failure) in try receivers.find(receiver).coded(Int(index)) }
}

/// Puts the configuration into the room; returns its length, 0 before it is known.
@_expose(wasm, "receiver_configuration")
@c(receiver_configuration)
public func receiverConfiguration(_ receiver: Int32) -> Int32 {
  status { () throws(Failure) in try receivers.find(receiver).configuration() }
}

/// Decides what to show now; returns 0 before the first state, then 1.
@_expose(wasm, "receiver_show")
@c(receiver_show)
public func receiverShow(_ receiver: Int32, _ now: Double) -> Int32 {
  status { () throws(Failure) in try receivers.find(receiver).show(at: now) }
}

/// How many correction numbers a receiver's states have.
@_expose(wasm, "receiver_correction_count")
@c(receiver_correction_count)
public func receiverCorrectionCount(_ receiver: Int32) -> Int32 {
  status { () throws(Failure) in
    Int32(try receivers.find(receiver).block?.correctionCount ?? 0)
  }
}

/// The address of the state to show.
@_expose(wasm, "receiver_state")
@c(receiver_state)
public func receiverState(_ receiver: Int32) -> UnsafeMutablePointer<Float>? {
  (try? receivers.find(receiver))?.block?.pointer
}

/// The address of `ReceiverLine.facts`.
@_expose(wasm, "receiver_facts")
@c(receiver_facts)
public func receiverFacts(_ receiver: Int32) -> UnsafeMutablePointer<Double>? {
  (try? receivers.find(receiver))?.facts
}

/// Puts an acknowledgement into the room if one is due; returns its length or 0.
@_expose(wasm, "receiver_acknowledgement")
@c(receiver_acknowledgement)
public func receiverAcknowledgement(_ receiver: Int32, _ now: Double) -> Int32 {
  status { () throws(Failure) in try receivers.find(receiver).acknowledgement(at: now) }
}

/// Lets a receiver go.
@_expose(wasm, "receiver_close")
@c(receiver_close)
public func receiverClose(_ receiver: Int32) -> Int32 {
  status { () throws(Failure) in
    try receivers.remove(receiver)
    return 0
  }
}
