/// What one participant is told of one change.
struct RoomChange: Sendable {
  var version: Int64
  /// Keys and their values as JSON.
  var set: [(key: String, value: String)] = []
  var drop: [String] = []

  /// The message.
  var message: String {
    JSONWriter.write { json in
      json.object { json in
        json.key("t")
        json.string("change")
        json.key("v")
        json.number(version)
        if !set.isEmpty {
          json.key("set")
          json.object { json in
            for (key, value) in set {
              json.key(key)
              json.raw(value)
            }
          }
        }
        if !drop.isEmpty {
          json.key("drop")
          json.array(drop) { $0.string($1) }
        }
      }
    }
  }
}
