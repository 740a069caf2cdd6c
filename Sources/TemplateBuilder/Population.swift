import FaceRig
import Foundation
import Geometry

/// Plausible random people: sums of shape targets with random weights.
struct Population {
  private struct Direction {
    var name: String
    /// The name without its side, so that left and right go together.
    var stem: String
    var negative: ShapeTarget?
    var positive: ShapeTarget
    /// How strongly it varies, relative to other directions.
    var spread: Float
  }

  /// Where the local targets lie.
  private static let folders = [
    "asym", "cheek", "chin", "ears", "eyebrows", "eyes", "forehead", "head", "mouth", "neck",
    "nose",
  ]
  private static let opposites = [
    ("decr", "incr"), ("down", "up"), ("in", "out"), ("backward", "forward"),
    ("concave", "convex"), ("compress", "uncompress"), ("-l", "-r"),
  ]
  private static let races = ["african", "asian", "caucasian"]
  private static let localSpread: Float = 0.35

  private let positions: [Vector3]
  private var macros: [String: ShapeTarget] = [:]
  private var directions: [Direction] = []
  private var random = RandomSource(seed: 52)

  init(targets: String, head: HeadMesh) throws(TemplateBuildError) {
    positions = head.positions
    for (name, path) in try Self.files(in: targets + "/macrodetails")
    where !name.contains("baby") {
      macros[name] = try ShapeTarget(path: path, headIndex: head.headIndex)
    }
    var local: [String: ShapeTarget] = [:]
    for folder in Self.folders {
      for (name, path) in try Self.files(in: targets + "/" + folder)
      where !name.contains("breast") && !name.contains("trunk") {
        local[folder + "/" + name] = try ShapeTarget(path: path, headIndex: head.headIndex)
      }
    }
    for name in local.keys.sorted() {
      guard let target = local.removeValue(forKey: name) else { continue }
      var direction = Direction(
        name: name, stem: name, negative: nil, positive: target, spread: Self.localSpread)
      for (a, b) in Self.opposites {
        if name.hasSuffix(a), let other = local.removeValue(forKey: name.dropLast(a.count) + b) {
          (direction.negative, direction.positive) = (target, other)
        } else if name.hasSuffix(b),
          let other = local.removeValue(forKey: name.dropLast(b.count) + a)
        {
          direction.negative = other
        } else {
          continue
        }
        break
      }
      direction.stem = name.replacingOccurrences(of: "/l-", with: "/")
        .replacingOccurrences(of: "/r-", with: "/")
      // Fitted faces look creased and crooked when these vary as freely as the rest.
      if name.hasPrefix("asym") { direction.spread = 0.08 }
      if name.hasPrefix("head/head-age") { direction.spread = 0.12 }
      if name.contains("eye-bag") { direction.spread = 0.2 }
      directions.append(direction)
    }
  }

  private static func files(in folder: String) throws(TemplateBuildError) -> [(String, String)] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw .unreadable(path: folder)
    }
    let suffix = ".target.gz"
    return names.sorted().filter { $0.hasSuffix(suffix) }
      .map { (String($0.dropLast(suffix.count)), folder + "/" + $0) }
  }

  /// The neutral face of the average young adult.
  func average() throws(TemplateBuildError) -> [Vector3] {
    var shape = positions
    try addMacro(
      to: &shape, male: 0.5, age: 1.2, race: Vector3(repeating: 1 / 3), muscle: 0, weight: 0)
    return shape
  }

  /// One more person.
  mutating func sample() throws(TemplateBuildError) -> [Vector3] {
    var shape = positions
    let male = random.arcsine()
    let age = min(max(1.1 + 0.25 * random.normal(), 0.7), 1.7)
    let race = random.mixture()
    let muscle = min(max(0.4 * random.normal(), -1), 1)
    let weight = min(max(0.45 * random.normal(), -1), 1)
    try addMacro(to: &shape, male: male, age: age, race: race, muscle: muscle, weight: weight)
    var shared: [String: Float] = [:]
    for direction in directions {
      var w: Float
      if let known = shared[direction.stem] { w = known } else { w = random.normal() }
      shared[direction.stem] = w
      if direction.stem != direction.name { w = 0.95 * w + 0.2 * random.normal() }
      w *= direction.spread
      if w > 0 {
        direction.positive.add(to: &shape, weight: w)
      } else {
        direction.negative?.add(to: &shape, weight: -w)
      }
    }
    return shape
  }

  /// Age runs from 0 (child) over 1 (young) to 2 (old); muscle and weight from −1 to 1.
  private func addMacro(
    to shape: inout [Vector3], male: Float, age: Float, race: Vector3, muscle: Float, weight: Float
  ) throws(TemplateBuildError) {
    let ages = [
      ("child", max(0, 1 - age)), ("young", 1 - (age - 1).magnitude), ("old", max(0, age - 1)),
    ]
    let muscles = [
      ("average", 1 - muscle.magnitude), (muscle > 0 ? "max" : "min", muscle.magnitude),
    ]
    let weights = [
      ("average", 1 - weight.magnitude), (weight > 0 ? "max" : "min", weight.magnitude),
    ]
    for (gender, g) in [("female", 1 - male), ("male", male)] {
      for (age, a) in ages where g * a > 0 {
        for k in 0..<3 {
          try macro("\(Self.races[k])-\(gender)-\(age)").add(to: &shape, weight: g * a * race[k])
        }
        for (muscle, m) in muscles {
          for (weight, w) in weights {
            try macro("universal-\(gender)-\(age)-\(muscle)muscle-\(weight)weight")
              .add(to: &shape, weight: g * a * m * w)
          }
        }
      }
    }
  }

  private func macro(_ name: String) throws(TemplateBuildError) -> ShapeTarget {
    guard let target = macros[name] else { throw .unexpectedMesh("no target \(name)") }
    return target
  }
}
