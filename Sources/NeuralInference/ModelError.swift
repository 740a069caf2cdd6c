/// Why a model or an input to it was refused.
public enum ModelError: Error, Equatable, Sendable {
  /// A value of `count` bytes at byte `offset` reaches past the end of the file.
  case outOfBounds(offset: Int, count: Int)
  /// The file does not say that it is a TensorFlow Lite model ("TFL3" at byte 4).
  case notAModel
  /// The file's schema version is not 3.
  case unsupportedVersion(Int)
  /// The model has `count` subgraphs; one is supported.
  case unsupportedSubgraphs(Int)
  /// A reference to entry `index` of a list of `count`.
  case invalidIndex(Int, count: Int)
  /// Tensor `tensor` has a type (of the schema's numbering) that its use does not allow.
  case unsupportedType(tensor: Int, type: Int)
  /// Tensor `tensor` has no shape of 1 to 4 positive dimensions, or one above the size limit.
  case invalidShape(tensor: Int)
  /// Constant tensor `tensor` holds `found` bytes (or numbers) where its shape asks for `expected`.
  case invalidConstant(tensor: Int, expected: Int, found: Int)
  /// The sparse encoding of constant tensor `tensor` is not understood or not consistent.
  case invalidSparsity(tensor: Int)
  /// Operator `index` has code `code` (of the schema's numbering), or a variant, without support.
  case unsupportedOperator(index: Int, code: Int)
  /// Operator `index` has operands or options that do not fit each other.
  case invalidOperator(index: Int)
  /// Operator `index` reads tensor `tensor` before anything wrote it.
  case unordered(index: Int, tensor: Int)
  /// Tensors or weights need `bytes`, more than the limit.
  case tooLarge(bytes: Int)
  /// The model has `count` operators, more than the limit.
  case tooManyOperators(Int)
  /// The model takes `count` inputs; one is supported.
  case unsupportedInputs(Int)
  /// An input of `found` floats was given where `expected` are asked for.
  case invalidInput(expected: Int, found: Int)
}
