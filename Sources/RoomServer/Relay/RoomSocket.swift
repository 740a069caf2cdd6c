import NIOConcurrencyHelpers
import NIOCore

/// The way to one connected person: what waits to be written, and whom their packets reach.
///
/// Anything may be sent from any thread; it is written by the connection's own event loop, together
/// with what else has gathered, see ``RelayLoop``.
final class RoomSocket: Sendable {
  let loop: RelayLoop
  let limits: SocketLimits
  private let state: NIOLockedValueBox<State>

  private struct State {
    var packets: PacketQueue
    var control = ByteBuffer()
    var spare = ByteBuffer()
    var routes = RelayRoutes.none
    /// Where they walk, as the payload of a packet.
    var place: [UInt8]?
    var isMarked = false
    var isClosed = false
    /// Messages that the room has not looked at yet.
    var unhandled = 0
    var unhandledBytes = 0
    var dropped = 0
    /// Whether nothing was appended since the last look.
    var isIdle = true
    var mailbox: RoomMailbox?
    /// Set once by the connection.
    var writer: (any SocketWriter)?
  }

  init(loop: RelayLoop, limits: SocketLimits) {
    self.loop = loop
    self.limits = limits
    state = NIOLockedValueBox(State(packets: PacketQueue(most: limits.packetBytes)))
  }

  /// Whether the connection is gone.
  var isClosed: Bool { state.withLockedValue { $0.isClosed } }

  /// The room that this socket's messages go to.
  var mailbox: RoomMailbox? { state.withLockedValue { $0.mailbox } }

  /// Has messages go to a room from now on; false where the connection is gone.
  func enter(_ mailbox: RoomMailbox) -> Bool {
    state.withLockedValue { state in
      guard !state.isClosed else { return false }
      state.mailbox = mailbox
      return true
    }
  }

  /// Says why somebody is not let in, or not any more, and closes.
  func refuse(_ refusal: RoomRefusal) {
    send(text: ServerMessage.refused(refusal, id: nil))
    close(.refused)
  }

  /// The connection that writes; called once, on its event loop.
  func open(_ writer: any SocketWriter) { state.withLockedValue { $0.writer = writer } }

  /// Whom packets of this socket reach.
  var routes: RelayRoutes {
    get { state.withLockedValue { $0.routes } }
    set { state.withLockedValue { if !$0.isClosed { $0.routes = newValue } } }
  }

  /// The newest place of somebody who walks, as the payload of a packet.
  var place: [UInt8]? {
    get { state.withLockedValue { $0.place } }
    set { state.withLockedValue { $0.place = newValue } }
  }

  /// Keeps the place of a packet, in the memory of the one before.
  func keep(place payload: UnsafeRawBufferPointer) {
    state.withLockedValue { state in
      if state.place?.count == payload.count {
        state.place?.withUnsafeMutableBytes { $0.copyMemory(from: payload) }
      } else {
        state.place = [UInt8](payload)
      }
    }
  }

  /// Sends a packet; when too much waits, the oldest go.
  func send(packet kind: PacketKind, from sender: UInt16, _ payload: UnsafeRawBufferPointer) {
    let isNew = state.withLockedValue { state in
      guard !state.isClosed else { return false }
      state.dropped += state.packets.append(from: sender, kind, payload)
      return Self.mark(&state)
    }
    if isNew { loop.mark(self) }
  }

  /// Sends a control message; these are never dropped.
  func send(text: String) {
    let isNew = state.withLockedValue { state in
      guard !state.isClosed else { return false }
      FrameWriter.header(FrameWriter.text, length: text.utf8.count, to: &state.control)
      state.control.writeString(text)
      return Self.mark(&state)
    }
    if isNew { loop.mark(self) }
  }

  /// Sends a ping, or answers one.
  func send(control opcode: UInt8, _ payload: some Collection<UInt8>) {
    let isNew = state.withLockedValue { state in
      guard !state.isClosed else { return false }
      FrameWriter.header(opcode, length: payload.count, to: &state.control)
      state.control.writeBytes(payload)
      return Self.mark(&state)
    }
    if isNew { loop.mark(self) }
  }

  /// Closes the connection after what was sent before.
  func close(_ failure: WebSocketFailure) {
    guard let writer = state.withLockedValue({ $0.writer }) else { return }
    loop.eventLoop.execute { writer.close(failure) }
  }

  /// A message is given to the room; false where it has too many already.
  func begin(messageOf bytes: Int) -> Bool {
    state.withLockedValue { state in
      guard state.unhandled < limits.unhandledMessages,
        state.unhandledBytes + bytes <= limits.unhandledBytes
      else { return false }
      state.unhandled += 1
      state.unhandledBytes += bytes
      return true
    }
  }

  /// The room has looked at a message.
  func end(messageOf bytes: Int) {
    state.withLockedValue { state in
      state.unhandled -= 1
      state.unhandledBytes -= bytes
    }
  }

  // MARK: On the event loop

  /// Writes what waits, where the connection takes any; true where something was written.
  func flush() -> Bool {
    guard let writer = state.withLockedValue({ $0.writer }), writer.isWritable else {
      state.withLockedValue { $0.isMarked = false }
      return false
    }
    let (control, packets) = state.withLockedValue { state in
      state.isMarked = false
      var control: ByteBuffer?
      if state.control.readableBytes > 0 {
        control = state.control
        state.control = ByteBuffer()
      }
      let packets = state.packets.take(spare: state.spare)
      if packets != nil { state.spare = ByteBuffer() }
      return (control, packets)
    }
    guard control != nil || packets != nil else { return false }
    writer.write(control, packets)
    if let packets { state.withLockedValue { $0.spare = packets } }
    return true
  }

  /// Looks after the socket, every now and then: drops what is stale, gives memory back, closes it
  /// where nobody reads.
  ///
  /// - Returns: how many packets were dropped since the last time.
  func look(now: UInt64) -> Int {
    guard let writer = state.withLockedValue({ $0.writer }) else { return 0 }
    let isWritable = writer.isWritable
    let (dropped, controlBytes) = state.withLockedValue { state in
      if !isWritable { state.dropped += state.packets.dropStale() }
      if state.isIdle {
        state.packets.release()
        state.spare = ByteBuffer()
      }
      state.isIdle = true
      defer { state.dropped = 0 }
      return (state.dropped, state.control.readableBytes)
    }
    if controlBytes > limits.controlBytes { writer.close(.policy) } else { writer.look(now: now) }
    return dropped
  }

  /// The connection is gone; nothing is kept for it.
  ///
  /// - Returns: the room that has to be told.
  func shut() -> RoomMailbox? {
    state.withLockedValue { state in
      defer { state.mailbox = nil }
      state.isClosed = true
      state.routes = .none
      state.packets = PacketQueue(most: limits.packetBytes)
      state.control = ByteBuffer()
      state.spare = ByteBuffer()
      state.writer = nil
      return state.mailbox
    }
  }

  /// The bytes that wait or are held for packets and control messages.
  var heldBytes: Int {
    state.withLockedValue { $0.packets.capacity + $0.control.capacity + $0.spare.capacity }
  }

  private static func mark(_ state: inout State) -> Bool {
    state.isIdle = false
    guard !state.isMarked else { return false }
    state.isMarked = true
    return true
  }
}
