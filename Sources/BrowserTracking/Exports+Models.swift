// What JavaScript calls for single networks; `Web/core/core-model.js` is the other side. Calls
// return a negative failure code or what they say; addresses are zero where there is none.
internal import BrowserSession

// Safe because a WebAssembly instance has one thread.
nonisolated(unsafe) private var runners = ObjectTable<ModelRunner>()

/// A new network that waits for its model; returns its number.
@_expose(wasm, "model_begin")
@c(model_begin)
public func modelBegin() -> Int32 { runners.insert(ModelRunner()) }

/// Takes in the model file's next bytes.
@_expose(wasm, "model_append")
@c(model_append)
public func modelAppend(
  _ model: Int32, _ bytes: UnsafePointer<UInt8>?, _ count: Int32
) -> Int32 {
  status { () throws(Failure) in
    try runners.find(model).append(UnsafeBufferPointer(start: bytes, count: max(0, Int(count))))
    return 0
  }
}

/// Reads the model; returns how many numbers it takes.
@_expose(wasm, "model_prepare")
@c(model_prepare)
public func modelPrepare(_ model: Int32) -> Int32 {
  status { () throws(Failure) in
    let runner = try runners.find(model)
    try runner.prepare()
    return Int32(runner.inputCount)
  }
}

/// The address where the input is written.
@_expose(wasm, "model_input")
@c(model_input)
public func modelInput(_ model: Int32) -> UnsafeMutablePointer<Float>? {
  (try? runners.find(model))?.input
}

/// Computes all outputs.
@_expose(wasm, "model_run")
@c(model_run)
public func modelRun(_ model: Int32) -> Int32 {
  status { () throws(Failure) in
    try runners.find(model).run()
    return 0
  }
}

/// How many numbers an output has.
@_expose(wasm, "model_output_count")
@c(model_output_count)
public func modelOutputCount(_ model: Int32, _ index: Int32) -> Int32 {
  status { () throws(Failure) in Int32(try runners.find(model).output(Int(index)).count) }
}

/// The address of an output of the last run.
@_expose(wasm, "model_output")
@c(model_output)
public func modelOutput(_ model: Int32, _ index: Int32) -> UnsafeMutablePointer<Float>? {
  (try? runners.find(model).output(Int(index)))?.baseAddress
}

/// Lets a network go.
@_expose(wasm, "model_close")
@c(model_close)
public func modelClose(_ model: Int32) -> Int32 {
  status { () throws(Failure) in
    try runners.remove(model)
    return 0
  }
}
