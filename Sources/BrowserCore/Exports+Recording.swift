// What JavaScript calls for recordings; `Web/core/core-recording.js` is the other side. Calls return
// a negative failure code or what they say; addresses are zero where there is none.
internal import BrowserSession

// Safe because a WebAssembly instance has one thread.
nonisolated(unsafe) private var recordings = ObjectTable<RecordingLine>()

/// A new recording that waits for its bytes; returns its number.
@_expose(wasm, "recording_begin")
@c(recording_begin)
public func recordingBegin() -> Int32 { recordings.insert(RecordingLine()) }

/// Takes in the file's next bytes.
@_expose(wasm, "recording_append")
@c(recording_append)
public func recordingAppend(
  _ recording: Int32, _ bytes: UnsafePointer<UInt8>?, _ count: Int32
) -> Int32 {
  status { () throws(Failure) in
    try recordings.find(recording).append(
      UnsafeBufferPointer(start: bytes, count: max(0, Int(count))))
    return 0
  }
}

/// Opens the file, whose bytes have all been taken in.
@_expose(wasm, "recording_open")
@c(recording_open)
public func recordingOpen(_ recording: Int32) -> Int32 {
  status { () throws(Failure) in
    try recordings.find(recording).open()
    return 0
  }
}

/// Reads the next state; returns 0 at the end, else 1.
@_expose(wasm, "recording_next")
@c(recording_next)
public func recordingNext(_ recording: Int32) -> Int32 {
  status { () throws(Failure) in try recordings.find(recording).next() }
}

/// How many correction numbers the state read last has.
@_expose(wasm, "recording_correction_count")
@c(recording_correction_count)
public func recordingCorrectionCount(_ recording: Int32) -> Int32 {
  status { () throws(Failure) in
    Int32(try recordings.find(recording).block?.correctionCount ?? 0)
  }
}

/// The address of the state read last: see `StateBlock`.
@_expose(wasm, "recording_state")
@c(recording_state)
public func recordingState(_ recording: Int32) -> UnsafeMutablePointer<Float>? {
  (try? recordings.find(recording))?.block?.pointer
}

/// The address of `RecordingLine.facts`.
@_expose(wasm, "recording_facts")
@c(recording_facts)
public func recordingFacts(_ recording: Int32) -> UnsafeMutablePointer<Double>? {
  (try? recordings.find(recording))?.facts
}

/// Puts what signatures cover of the state read last into the room; returns the length.
@_expose(wasm, "recording_canonical")
@c(recording_canonical)
public func recordingCanonical(_ recording: Int32) -> Int32 {
  status { () throws(Failure) in try recordings.find(recording).canonical() }
}

/// The address of that room.
@_expose(wasm, "recording_room")
@c(recording_room)
public func recordingRoom(_ recording: Int32) -> UnsafeMutablePointer<UInt8>? {
  (try? recordings.find(recording))?.room
}

/// Lets a recording go.
@_expose(wasm, "recording_close")
@c(recording_close)
public func recordingClose(_ recording: Int32) -> Int32 {
  status { () throws(Failure) in
    try recordings.remove(recording)
    return 0
  }
}
