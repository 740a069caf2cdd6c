public import FaceRig

/// How the shapes of a vocabulary follow from ARKit's coefficients, and the other way round.
public struct ExpressionMapping: Sendable {
  /// One pair of a coefficient and a shape.
  public struct Entry: Sendable, Equatable {
    /// The coefficient.
    public let channel: ExpressionChannel
    /// The shape's index in ``ExpressionMapping/shapes``.
    public let shape: Int
    /// The shape is moved by this much of the coefficient.
    public let give: Float
    /// The coefficient is moved by this much of the shape.
    public let take: Float
  }

  /// Which vocabulary.
  public let vocabulary: Vocabulary
  /// The shapes' names; first those that coefficients map to, then the others.
  public let shapes: [String]
  /// The table.
  public let entries: [Entry]
  private let index: [String: Int]
  private let takes: [[(channel: Int, take: Float)]]

  /// The table of a vocabulary.
  public static func of(_ vocabulary: Vocabulary) -> ExpressionMapping {
    switch vocabulary {
    case .unified: unified
    case .meta: meta
    case .sranipal: sranipal
    case .vrm: vrm
    }
  }

  private static let unified = ExpressionMapping(.unified)
  private static let meta = ExpressionMapping(.meta)
  private static let sranipal = ExpressionMapping(.sranipal)
  private static let vrm = ExpressionMapping(.vrm)

  private init(_ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    var names: [String] = []
    var found: [String: Int] = [:]
    var entries: [Entry] = []
    for line in ExpressionTableReader.lines where line.vocabulary == vocabulary {
      for shape in line.shapes {
        let k = found[shape.name.lowercased()] ?? names.count
        if k == names.count {
          names.append(shape.name)
          found[shape.name.lowercased()] = k
        }
        entries.append(Entry(channel: line.channel, shape: k, give: shape.give, take: shape.take))
      }
    }
    for name in ExpressionTable.others[vocabulary] ?? [] {
      found[name.lowercased()] = names.count
      names.append(name)
    }
    shapes = names
    index = found
    self.entries = entries
    var takes = [[(channel: Int, take: Float)]](repeating: [], count: names.count)
    for entry in entries where entry.take != 0 {
      takes[entry.shape].append((entry.channel.rawValue, entry.take))
    }
    self.takes = takes
  }

  /// The index of a shape, whatever its name's case; nil where there is none.
  public func shape(named name: String) -> Int? { index[name.lowercased()] }

  /// The weights of all shapes for an expression, within 0…1.
  public func weights(of expression: Expression) -> [Float] {
    var weights = [Float](repeating: 0, count: shapes.count)
    for entry in entries { weights[entry.shape] += entry.give * expression[entry.channel] }
    for k in weights.indices { weights[k] = min(max(weights[k], 0), 1) }
    return weights
  }

  /// The coefficients for the weights of shapes.
  ///
  /// - Parameters:
  ///   - weights: one a shape; what is not finite counts as 0.
  ///   - stated: the shapes that the source states.
  public func expression(
    weights: [Float], stated: [Bool]
  ) -> (expression: Expression, channels: ChannelSet) {
    precondition(weights.count == shapes.count && stated.count == shapes.count)
    var sums = [Float](repeating: 0, count: ExpressionChannel.count)
    var channels = ChannelSet()
    for k in shapes.indices where stated[k] {
      let weight = weights[k].isFinite ? min(max(weights[k], 0), 1) : 0
      for (channel, take) in takes[k] {
        sums[channel] += take * weight
        channels.rawValue |= 1 << UInt64(channel)
      }
    }
    var expression = Expression()
    for i in 0..<ExpressionChannel.count { expression[i] = min(sums[i], 1) }
    return (expression, channels)
  }
}
