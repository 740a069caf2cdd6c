import GaussianSplats
import Geometry
import NativeWorkers
import SplatFitting

/// Losses at 512² and the basis update of 20,000 splats, 14 attributes, 24 codes; two threads.
func measureFitting(_ rounds: Int) -> String {
  let level = InstructionLevel.best, workers = Workers.native(count: 2)
  let size = 512
  let a = ImagePlanes(width: size, height: size), b = ImagePlanes(width: size, height: size)
  let gradient = ImagePlanes(width: size, height: size)
  for (k, planes) in [a, b].enumerated() {
    let p = planes.pointer
    for i in 0..<4 * planes.planeStride { p[i] = Float((i * (7919 + k)) & 1023) / 1024 }
  }
  let loss = ImageLoss(width: size, height: size, workers: workers, level: level)
  func time(_ body: () -> Void) -> Double {
    body()
    return rounded((0..<rounds).map { _ in milliseconds(body) }.min()!)
  }
  var parts: [String] = []
  for (name, weights) in [
    ("L1 + alpha", LossWeights(structure: 0)), ("with structure", LossWeights()),
    ("with structure at half size", LossWeights(structureAtHalfSize: true)),
  ] {
    let t = time {
      _ = loss.evaluate(
        rendered: a, target: b, background: [0.2, 0.4, 0.6], weights: weights,
        gradient: gradient)
    }
    parts.append("\"\(name) ms\": \(t)")
  }
  let splats = 20_000, attributes = 14, codes = 24, count = splats * attributes * codes
  func floats(_ n: Int) -> UnsafeMutablePointer<Float> {
    let p = UnsafeMutablePointer<Float>.allocate(capacity: n)
    for i in 0..<n { p[i] = Float((i * 7919) & 1023) / 1024 - 0.5 }
    return p
  }
  let basis = floats(count), first = floats(count), second = floats(count)
  for i in 0..<count { second[i] = abs(second[i]) }
  let base = floats(splats * attributes), g = floats(splats * 16), out = floats(splats * 16)
  let rowSecond = floats(splats * attributes)
  for i in 0..<splats * attributes { rowSecond[i] = abs(rowSecond[i]) }
  let code = floats(codes), rates = floats(attributes), byCode = floats(2 * codes)
  let short = UnsafeMutablePointer<UInt16>.allocate(capacity: count)
  short.update(repeating: 0, count: count)
  let settings = AdamSettings(step: 10)
  // In chunks, so that whoever is free takes the next.
  func chunks(_ body: (Int, Range<Int>) -> Void) {
    workers.perform(40) { worker, job in body(worker, job * 500..<(job + 1) * 500) }
  }
  let blend = time {
    chunks { _, range in
      level.blendAttributes(
        base: base, basis: basis, code: code, attributeCount: attributes, codeCount: codes,
        splats: range, attributes: out, attributeStride: 16)
    }
  }
  let full = time {
    chunks { worker, range in
      level.updateBasis(
        basis: basis, first: first, second: second, gradients: g, gradientStride: 16, code: code,
        rates: rates, attributeCount: attributes, codeCount: codes, splats: range,
        settings: settings, codeGradient: byCode + worker * codes)
    }
  }
  let compact = time {
    chunks { worker, range in
      level.updateBasisCompact(
        basis: basis, first: short, second: rowSecond, gradients: g, gradientStride: 16,
        code: code, codeScale: code, rates: rates, attributeCount: attributes,
        codeCount: codes, splats: range, settings: settings,
        codeGradient: byCode + worker * codes)
    }
  }
  parts += [
    "\"blend ms\": \(blend)", "\"update ms\": \(full)", "\"compact update ms\": \(compact)",
  ]
  for p in [basis, first, second, base, g, out, rowSecond, code, rates, byCode] { p.deallocate() }
  short.deallocate()
  return "{\"level\": \"\(level)\", " + parts.joined(separator: ", ") + "}"
}
