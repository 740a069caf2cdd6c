// Times face tracking on one thread: tracking-bench [--from S] [--to S] VIDEO
// Landmarks and irises (networks included), the person's shape, and the face state of every frame,
// as with a live camera; decoding is not counted. Prints one JSON object: medians in milliseconds.
import Enrollment
import FaceTracking
import Foundation
import Geometry
import MediaIO

/// The steps of a frame, in milliseconds.
struct Times {
  var landmarks, identity, state: Double
  var total: Double { landmarks + identity + state }
}

func milliseconds(_ body: () throws -> Void) rethrows -> Double {
  let elapsed = try ContinuousClock().measure(body).components
  return Double(elapsed.seconds) * 1e3 + Double(elapsed.attoseconds) * 1e-15
}

func processorMilliseconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
}

func observation(_ frame: TrackedFrame, time: Double) -> FaceObservation? {
  guard let face = frame.face else { return nil }
  func flat(_ p: Vector3) -> SIMD2<Float> { SIMD2(p.x, p.y) }
  return FaceObservation(
    time: time, landmarks: face.points.map(flat), leftIris: flat(face.leftEye.center),
    rightIris: flat(face.rightEye.center), confidence: frame.confidence)
}

func measure(_ path: String, from: Double?, to: Double?) throws -> String {
  let cache = AssetCache()
  let reader = try VideoReader(path: path, from: from, to: to)
  let (width, height) = (reader.description.width, reader.description.height)
  let model = LandmarkModel(try cache.template())
  var tracker = try LandmarkTracker(models: cache.faceModels())
  var identity = try OnlineIdentity(model: model, width: width, height: height)
  var solver = try FaceStateSolver(
    model: model, identity: identity.identity, width: width, height: height)

  var times: [Times] = []
  var processor: [Double] = []
  var found = 0
  while let frame = try reader.next() {
    var seen: FaceObservation?
    let start = processorMilliseconds()
    let landmarks = try milliseconds {
      seen = observation(try tracker.track(frame.image), time: frame.time)
    }
    let learning = try milliseconds {
      if let seen, try identity.update(seen) { try solver.replaceIdentity(identity.identity) }
    }
    let solving = try milliseconds { _ = try solver.solve(seen, time: frame.time) }
    processor.append(processorMilliseconds() - start)
    times.append(Times(landmarks: landmarks, identity: learning, state: solving))
    if seen != nil { found += 1 }
  }
  func median(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : (values.sorted()[values.count / 2] * 1e3).rounded() / 1e3
  }
  return """
    {"frames": \(times.count), "framesWithFace": \(found), \
    "landmarkMilliseconds": \(median(times.map(\.landmarks))), \
    "identityMilliseconds": \(median(times.map(\.identity))), \
    "stateMilliseconds": \(median(times.map(\.state))), \
    "milliseconds": \(median(times.map(\.total))), \
    "processorMilliseconds": \(median(processor)), "level": "\(InstructionLevel.best)"}
    """
}

var path: String?
var from: Double?
var to: Double?
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  switch argument {
  case "--from": from = arguments.popFirst().flatMap { Double($0) }
  case "--to": to = arguments.popFirst().flatMap { Double($0) }
  default: path = argument
  }
}
guard let path else {
  FileHandle.standardError.write(
    Data("usage: tracking-bench [--from S] [--to S] VIDEO\n".utf8))
  exit(64)
}
do {
  print(try measure(path, from: from, to: to))
} catch {
  FileHandle.standardError.write(Data("tracking-bench: \(error)\n".utf8))
  exit(1)
}
