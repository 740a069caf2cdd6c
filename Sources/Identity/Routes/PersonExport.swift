import Foundation
import GRDB
import Hummingbird
import NIOCore
import ServerSupport

/// Everything of a person as a tar: `person.json`, `rooms.json`, `chat.json`, `avatars/`, `scenes/`.
struct PersonExport: Sendable {
  /// A person's rooms, with those they only visited, and their presences there.
  private struct Rooms: Encodable {
    struct Presence: Encodable {
      var room, name: String
      var participant: Int
    }
    var rooms: [RoomView]
    var visited: [String]
    var presences: [Presence]
  }

  private let texts: [(name: String, bytes: [UInt8])]
  private let files: [(name: String, path: String)]
  private let folder: String
  private let time: Double

  init(of person: String, from store: PeopleStore) async throws(IdentityError) {
    let view = try await store.view(of: person)
    let (rooms, chat) = try await store.read { db in
      let rooms = Rooms(
        rooms: view.rooms,
        visited: try String.fetchAll(
          db, sql: "SELECT room FROM member WHERE person = ? AND role = 0 ORDER BY room",
          arguments: [person]),
        presences: try Row.fetchAll(
          db, sql: "SELECT room, name, participant FROM presence WHERE person = ?",
          arguments: [person]
        ).map { .init(room: $0["room"], name: $0["name"], participant: $0["participant"]) })
      let chat = try Row.fetchAll(
        db, sql: "SELECT room, n, time, text FROM message WHERE person = ? ORDER BY time, room, n",
        arguments: [person]
      ).map {
        WrittenMessage(room: $0["room"], n: $0["n"], time: $0["time"], text: $0["text"])
      }
      return (rooms, chat)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      texts = [
        ("person.json", Array(try encoder.encode(view))),
        ("rooms.json", Array(try encoder.encode(rooms))),
        ("chat.json", Array(try encoder.encode(chat))),
      ]
    } catch {
      throw .failure
    }
    folder = store.folder
    files =
      view.avatars.map { ("avatars/\($0.id).avatar", store.avatarPath($0.id)) }
      + view.scenes.map { ("scenes/\($0.id).scene", store.scenePath($0.id)) }
    time = Date().timeIntervalSince1970
  }

  /// The archive; files are read as the connection takes them.
  var body: ResponseBody {
    ResponseBody { writer in
      for (name, bytes) in texts {
        let header = TarArchive.header(name: name, size: bytes.count, modified: time)
        try await writer.write(
          ByteBuffer(bytes: header + bytes + TarArchive.padding(after: bytes.count)))
      }
      for (name, path) in files {
        // Removed meanwhile, perhaps.
        guard let file = OpenFile(path, within: folder) else { continue }
        try await writer.write(
          ByteBuffer(
            bytes: TarArchive.header(name: name, size: file.size, modified: file.modified)))
        try await file.write(to: &writer)
        try await writer.write(ByteBuffer(bytes: TarArchive.padding(after: file.size)))
      }
      try await writer.write(ByteBuffer(bytes: TarArchive.end))
      try await writer.finish(nil)
    }
  }
}

extension OpenFile {
  /// Writes all of it, as it is read.
  func write(to writer: inout any ResponseBodyWriter) async throws {
    var offset = 0
    while offset < size {
      let bytes = try await read(at: offset, count: min(1 << 16, size - offset))
      offset += bytes.readableBytes
      try await writer.write(bytes)
    }
  }
}
