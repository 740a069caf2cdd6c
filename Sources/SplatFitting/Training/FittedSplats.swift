import AvatarModel
import FaceRig
import GaussianSplats
import Geometry

/// A splat model being fitted: its numbers, their Adam moments, and the steps they take.
///
/// Splats are cut into fixed jobs, whose sums are added in order: results do not depend on threads.
final class FittedSplats {
  let model: SplatModel
  private let base, initialBase, baseMoment, baseVariance: Numbers
  private let bases, basesMoment: [Numbers]
  /// The mean square of each code number, for the bases' second moments.
  private let codeVariance: Numbers
  /// `[splat][16]`.
  private let attributeGradients: Numbers
  /// The splats of the left and of the right eyeball.
  private let eyeballs: [[Int]]
  private let jobs: [Job]
  private let kernels: Kernels

  /// A run of splats within one group.
  private struct Job {
    let group: Int
    let from: Int
    let to: Int
  }

  init(model: SplatModel, template: Template, level: InstructionLevel) {
    self.model = model
    eyeballs = [template.leftEye, template.rightEye].map { eye in
      (0..<model.count).filter { eye.vertices.contains(Int(model.corners[3 * $0])) }
    }
    base = Numbers(model.base)
    initialBase = Numbers(model.base)
    baseMoment = Numbers(count: model.base.count)
    baseVariance = Numbers(count: model.base.count)
    bases = model.bases.map { Numbers($0) }
    basesMoment = model.bases.map { Numbers(count: $0.count) }
    codeVariance = Numbers([Float](repeating: 1, count: model.codeLength))
    attributeGradients = Numbers(count: 16 * model.count)
    kernels = Kernels(level: level)
    jobs = model.groups.enumerated().flatMap { g, group in
      stride(from: group.range.lowerBound, to: group.range.upperBound, by: 512).map {
        Job(group: g, from: $0, to: min($0 + 512, group.range.upperBound))
      }
    }
  }

  /// The model as fitted so far.
  var fitted: SplatModel {
    var result = model
    result.base = base.array
    result.bases = bases.map(\.array)
    return result
  }

  /// Places all splats for a prepared poser.
  func pose(_ poser: AvatarPoser, into splats: SplatBuffer, workers: Workers) {
    model.corners.withUnsafeBufferPointer { corners in
      model.barycentric.withUnsafeBufferPointer { barycentric in
        model.inverseRestArea.withUnsafeBufferPointer { area in
          workers.perform(jobs.count) { _, j in
            let job = jobs[j], group = model.groups[job.group]
            let skip = (job.from - group.range.lowerBound) * group.rows * model.codeLength
            poser.pose(
              job.from, job.to, base: base.pointer, basis: bases[job.group].pointer + skip,
              firstRow: group.kind.firstRow, corners: corners.baseAddress!,
              barycentric: barycentric.baseAddress!, inverseRestArea: area.baseAddress!,
              planes: splats.pointer, stride: splats.planeStride)
          }
        }
      }
    }
  }

  /// The gradients of both poses (head turn, shift, torso turn, shift); leaves those of the
  /// attributes for ``codeGradient(workers:)`` and ``step(_:workers:)``.
  func poseGradient(
    _ poser: AvatarPoser, splats: SplatBuffer, gradients: SplatBuffer,
    headOrigin: Vector3, torsoOrigin: Vector3, workers: Workers
  ) -> [Float] {
    let sums = Numbers(count: 12 * jobs.count)
    model.headShare.withUnsafeBufferPointer { share in
      workers.perform(jobs.count) { _, j in
        kernels.poseGradient(
          jobs[j].from, jobs[j].to, splats.pointer, gradients.pointer, splats.planeStride,
          poser.attributes, poser.frames, share.baseAddress!, headOrigin, torsoOrigin,
          attributeGradients.pointer, sums.pointer + 12 * j)
      }
    }
    return sums.total(width: 12)
  }

  /// The gradients of the left eye's yaw and pitch, then of the right eye's.
  ///
  /// An eyeball turns about its centre as the head does about its origin; its axes are the head's y,
  /// and minus x turned by the yaw.
  func gazeGradient(
    _ state: AvatarState, eyeCenters: [Vector3], splats: SplatBuffer, gradients: SplatBuffer
  ) -> [Float] {
    let head = state.face.cameraFromHead
    return zip([state.face.leftGaze, state.face.rightGaze], 0...1).flatMap { gaze, eye in
      let torque = torque(of: eyeballs[eye], about: head * eyeCenters[eye], splats, gradients)
      let (sine, cosine) = ElementaryFunctions.sinCos(gaze.yaw)
      return [
        torque.dot(head.rotation * Vector3(0, 1, 0)),
        torque.dot(head.rotation * Vector3(-cosine, 0, sine)),
      ]
    }
  }

  private func torque(
    of indices: [Int], about center: Vector3, _ splats: SplatBuffer, _ gradients: SplatBuffer
  ) -> Vector3 {
    let n = splats.planeStride
    var sum = Vector3.zero
    for i in indices {
      let p = splats.pointer + i, g = gradients.pointer + i
      let force = Vector3(g[0], g[n], g[2 * n])
      sum += (Vector3(p[0], p[n], p[2 * n]) - center).cross(force)
      for column in 3..<6 {
        let m = Vector3(p[column * n], p[(column + 3) * n], p[(column + 6) * n])
        sum += m.cross(Vector3(g[column * n], g[(column + 3) * n], g[(column + 6) * n]))
      }
    }
    return sum
  }

  /// The gradient of the code alone.
  func codeGradient(workers: Workers) -> [Float] {
    let length = model.codeLength
    let sums = Numbers(count: length * jobs.count)
    workers.perform(jobs.count) { _, j in
      let job = jobs[j], group = model.groups[job.group]
      kernels.codeGradient(
        job.from, job.to, group.range.lowerBound, group.kind.firstRow, length,
        attributeGradients.pointer, bases[job.group].pointer, sums.pointer + length * j)
    }
    return sums.total(width: length)
  }

  /// What one step of Adam needs to know.
  struct Step {
    let code: [Float]
    let rates: [Float]
    let basisRate: Float
    let pulls: [Float]
    let number: Int
    let epsilon: Float
    let decay: Float
    let largestLogScale: Float
  }

  /// Moves splats and bases against their gradients; returns the code's gradient before the step.
  func step(_ step: Step, workers: Workers) -> [Float] {
    let length = model.codeLength
    let inverseDeviation = Numbers(count: length)
    for k in 0..<length {
      let v = codeVariance.pointer[k] * 0.999 + step.code[k] * step.code[k] * 0.001
      codeVariance.pointer[k] = v
      inverseDeviation.pointer[k] = 1 / max(v, 0.01).squareRoot()
    }
    let t = Float(step.number)
    let c1 = 1 / (1 - ElementaryFunctions.exp(t * -0.10536052))  // 1 − 0.9ᵗ
    let c2 = 1 / (1 - ElementaryFunctions.exp(t * -0.010050336))  // 1 − 0.99ᵗ
    let sums = Numbers(count: length * jobs.count)
    step.code.withUnsafeBufferPointer { code in
      step.rates.withUnsafeBufferPointer { rates in
        step.pulls.withUnsafeBufferPointer { pulls in
          workers.perform(jobs.count) { _, j in
            let job = jobs[j], group = model.groups[job.group]
            kernels.update(
              job.from, job.to, group.range.lowerBound, group.kind.firstRow, length,
              code.baseAddress!, inverseDeviation.pointer, attributeGradients.pointer,
              base.pointer, baseMoment.pointer, baseVariance.pointer, initialBase.pointer,
              bases[job.group].pointer, basesMoment[job.group].pointer, rates.baseAddress!,
              step.basisRate, pulls.baseAddress!, c1, c2, step.epsilon, step.decay,
              step.largestLogScale, sums.pointer + length * j)
          }
        }
      }
    }
    withExtendedLifetime(inverseDeviation) {}
    return sums.total(width: length)
  }

  /// The numbers and their moments, in a fixed order, for a checkpoint.
  var snapshot: [Float] { stored.flatMap(\.array) }

  /// Restores a ``snapshot`` of a model of the same shape.
  func restore(_ values: ArraySlice<Float>) {
    var start = values.startIndex
    for numbers in stored {
      numbers.set(values[start..<start + numbers.count])
      start += numbers.count
    }
  }

  /// How many numbers a ``snapshot`` has.
  var snapshotCount: Int { stored.reduce(0) { $0 + $1.count } }

  private var stored: [Numbers] {
    [base, baseMoment, baseVariance, codeVariance] + bases + basesMoment
  }
}

/// Floats at a fixed, aligned address, shared by workers that write disjoint parts.
final class Numbers: @unchecked Sendable {
  // @unchecked because whoever runs jobs on the pointer gives each its own part.
  let pointer: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    self.count = count
    pointer = Storage<Float>(capacity: count).pointer
  }

  convenience init(_ array: [Float]) {
    self.init(count: array.count)
    set(array[...])
  }

  deinit { pointer.deallocate() }

  var array: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  func set(_ values: ArraySlice<Float>) {
    precondition(values.count == count)
    for (i, v) in values.enumerated() { pointer[i] = v }
  }

  /// The sum of rows of `width` numbers, in order.
  func total(width: Int) -> [Float] {
    var result = [Float](repeating: 0, count: width)
    for i in 0..<count { result[i % width] += pointer[i] }
    return result
  }
}
