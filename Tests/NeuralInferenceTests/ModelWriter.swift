@testable import NeuralInference

/// Writes small TensorFlow Lite files for tests.
struct ModelWriter {
  /// A piece of a FlatBuffers file; tables and vectors are pointed to, numbers stand in place.
  indirect enum Piece {
    case integer(Int)
    case table([Int: Piece])
    case tables([Piece])
    case integers([Int])
    case bytes([UInt8])
  }

  private var tensors: [Piece] = []
  private var buffers: [Piece] = [.table([:])]
  private var operators: [Piece] = []
  private var codes: [(code: Int, name: String)] = []
  private(set) var shapes: [[Int]] = []

  /// Adds a tensor that an operator computes, or the input.
  mutating func tensor(_ shape: [Int], name: String = "value") -> Int {
    add(shape, type: TensorType.float32, data: nil, name: name)
  }

  mutating func constant(_ shape: [Int], _ values: [Float]) -> Int {
    add(
      shape, type: TensorType.float32,
      data: values.flatMap { v in
        (0..<4).map { UInt8(truncatingIfNeeded: v.bitPattern >> ($0 * 8)) }
      },
      name: "constant")
  }

  mutating func constant(integers values: [Int], shape: [Int]) -> Int {
    add(shape, type: TensorType.int32, data: Self.little(values), name: "constant")
  }

  mutating func add(_ shape: [Int], type: Int, data: [UInt8]?, name: String) -> Int {
    var buffer = 0
    if let data {
      buffer = buffers.count
      buffers.append(.table([0: .bytes(data)]))
    }
    tensors.append(
      .table([
        0: .integers(shape), 1: .integer(type), 2: .integer(buffer), 3: .bytes(Array(name.utf8)),
      ]))
    shapes.append(shape)
    return tensors.count - 1
  }

  /// Adds an operator with its options, by field number.
  mutating func add(
    _ code: Int, _ inputs: [Int], _ outputs: [Int], options: [Int: Int] = [:],
    custom: (name: String, integers: [Int])? = nil
  ) {
    let name = custom?.name ?? ""
    let index =
      codes.firstIndex { $0.code == code && $0.name == name }
      ?? {
        codes.append((code, name))
        return codes.count - 1
      }()
    var fields: [Int: Piece] = [
      0: .integer(index), 1: .integers(inputs), 2: .integers(outputs),
      4: .table(options.mapValues { .integer($0) }),
    ]
    if let custom { fields[5] = .bytes(Self.little(custom.integers)) }
    operators.append(.table(fields))
  }

  func bytes(inputs: [Int], outputs: [Int]) -> [UInt8] {
    let graph = Piece.table([
      0: .tables(tensors), 1: .integers(inputs), 2: .integers(outputs), 3: .tables(operators),
    ])
    let root = Piece.table([
      0: .integer(3),
      1: .tables(
        codes.map {
          .table([
            0: .integer(min($0.code, 127)), 1: .bytes(Array($0.name.utf8)), 3: .integer($0.code),
          ])
        }),
      2: .tables([graph]), 4: .tables(buffers),
    ])
    var file = [UInt8](repeating: 0, count: 4) + Array("TFL3".utf8)
    Self.patch(&file, 0, Self.write(root, &file))
    return file
  }

  private static func little(_ values: [Int]) -> [UInt8] {
    values.flatMap { v in (0..<4).map { UInt8(truncatingIfNeeded: v >> ($0 * 8)) } }
  }

  /// Makes the four bytes at `place` an offset to `target`.
  private static func patch(_ file: inout [UInt8], _ place: Int, _ target: Int) {
    file.replaceSubrange(place..<place + 4, with: little([target - place]))
  }

  /// Appends a piece; returns where it starts.
  private static func write(_ piece: Piece, _ file: inout [UInt8]) -> Int {
    file += [UInt8](repeating: 0, count: (4 - file.count % 4) % 4)
    switch piece {
    case .integer(let value):
      file += little([value])
      return file.count - 4
    case .integers(let values):
      file += little([values.count] + values)
      return file.count - 4 - 4 * values.count
    case .bytes(let values):
      file += little([values.count]) + values
      return file.count - 4 - values.count
    case .tables(let pieces):
      let start = file.count
      file += little([pieces.count]) + [UInt8](repeating: 0, count: 4 * pieces.count)
      for (index, piece) in pieces.enumerated() {
        patch(&file, start + 4 + 4 * index, write(piece, &file))
      }
      return start
    case .table(let fields):
      let last = fields.keys.max() ?? -1
      let order = fields.keys.sorted()
      var list = [4 + 2 * (last + 1), 4 + 4 * order.count]
      for field in 0..<last + 1 {
        list.append(order.firstIndex(of: field).map { 4 + 4 * $0 } ?? 0)
      }
      let listStart = file.count
      file += list.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
      file += [UInt8](repeating: 0, count: (4 - file.count % 4) % 4)
      let start = file.count
      file += little([start - listStart])
      file += [UInt8](repeating: 0, count: 4 * order.count)
      for (index, field) in order.enumerated() {
        let place = start + 4 + 4 * index
        if case .integer(let value)? = fields[field] {
          file.replaceSubrange(place..<place + 4, with: little([value]))
        } else if let child = fields[field] {
          patch(&file, place, write(child, &file))
        }
      }
      return start
    }
  }
}
