// What JavaScript calls of every core; `Web/core/core.js` is the other side.
internal import BrowserSession
internal import CWasmRuntime

/// One of the three values of the last failure.
@_expose(wasm, "core_failure_value")
@c(core_failure_value)
public func coreFailureValue(_ index: Int32) -> Double {
  lastFailure.values[Int(index) % 3]
}

/// Bytes of memory in use.
@_expose(wasm, "core_memory_in_use")
@c(core_memory_in_use)
public func coreMemoryInUse() -> Int32 { Int32(truncatingIfNeeded: visavis_memory_in_use()) }
