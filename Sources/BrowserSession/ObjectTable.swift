/// Objects by number: what lies outside knows no pointers.
public struct ObjectTable<Object: AnyObject> {
  private var objects: [Object?] = []

  /// An empty table.
  public init() {}

  /// Keeps an object; returns its number.
  public mutating func insert(_ object: Object) -> Int32 {
    if let free = objects.firstIndex(where: { $0 == nil }) {
      objects[free] = object
      return Int32(free)
    }
    objects.append(object)
    return Int32(objects.count - 1)
  }

  /// The object of a number.
  // Every export calls it: inlined, it would be most of them.
  @inline(never)
  public func find(_ number: Int32) throws(Failure) -> Object {
    guard number >= 0, number < Int32(objects.count), let object = objects[Int(number)] else {
      throw Failure(.noSuchObject, Double(number))
    }
    return object
  }

  /// Lets an object go.
  public mutating func remove(_ number: Int32) throws(Failure) {
    _ = try find(number)
    objects[Int(number)] = nil
  }
}
