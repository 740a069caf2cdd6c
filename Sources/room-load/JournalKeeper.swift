import Foundation
import NIOConcurrencyHelpers
import RoomServer

/// Keeps rooms in memory, and who sits where in a file too: enough to be killed and come back.
final class JournalKeeper: RoomKeeping {
  private let memory = MemoryKeeper()
  private let file: NIOLockedValueBox<FileHandle?>

  /// One line of the file.
  private struct Entry: Codable {
    var room: String
    var participant: UInt16
    var person: String?
    var name = ""
    var seat: Int?
    var secretDigest: [UInt8] = []
  }

  private let presences: NIOLockedValueBox<[String: [UInt16: KeptPresence]]>

  /// Reads what was kept in a file, and goes on there; nil keeps nothing.
  init(path: String?) throws {
    var kept: [String: [UInt16: KeptPresence]] = [:]
    var handle: FileHandle?
    if let path {
      for line in ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(
        separator: "\n")
      {
        // The last line may be cut off.
        guard let entry = try? JSONDecoder().decode(Entry.self, from: Data(line.utf8)) else {
          continue
        }
        kept[entry.room, default: [:]][entry.participant] = entry.person.map { person in
          KeptPresence(
            person: person, name: entry.name, role: .member, isGuest: true, seat: entry.seat,
            secretDigest: entry.secretDigest)
        }
      }
      if !FileManager.default.fileExists(atPath: path) {
        try Data().write(to: URL(fileURLWithPath: path))
      }
      handle = FileHandle(forWritingAtPath: path)
      try handle?.seekToEnd()
    }
    presences = NIOLockedValueBox(kept)
    file = NIOLockedValueBox(handle)
  }

  func add(room: String, settings: RoomSettings) {
    memory.add(room: room, settings: settings)
    memory.add(invite: "invite", role: .member, to: room)
  }

  func add(person: String, token: String) {
    memory.add(MemoryKeeper.Person(id: person, name: person), token: token)
  }

  func admission(
    token: String, room: String, invite: String?
  ) async throws(RoomRefusal) -> Admission {
    try await memory.admission(token: token, room: room, invite: invite)
  }

  func room(_ id: String) async throws(RoomRefusal) -> KeptRoom? {
    var room = try await memory.room(id)
    if let kept = presences.withLockedValue({ $0[id] }) { room?.presences = kept }
    return room
  }

  func save(_ settings: RoomSettings, of room: String) async throws(RoomRefusal) {
    try await memory.save(settings, of: room)
  }

  func save(
    _ presence: KeptPresence?, participant: UInt16, of room: String
  ) async throws(RoomRefusal) {
    try await memory.save(presence, participant: participant, of: room)
    presences.withLockedValue { $0[room, default: [:]][participant] = presence }
    var entry = Entry(room: room, participant: participant)
    if let presence {
      entry.person = presence.person
      entry.name = presence.name
      entry.seat = presence.seat
      entry.secretDigest = presence.secretDigest
    }
    do {
      let line = try JSONEncoder().encode(entry) + Data("\n".utf8)
      try file.withLockedValue { file in
        try file?.write(contentsOf: line)
        try file?.synchronize()
      }
    } catch {
      throw .storage
    }
  }

  func save(role: RoomRole, of person: String, in room: String) async throws(RoomRefusal) {
    try await memory.save(role: role, of: person, in: room)
  }

  func ban(_ person: String, from room: String) async throws(RoomRefusal) {
    try await memory.ban(person, from: room)
  }

  func setBlock(
    _ isBlocked: Bool, of person: String, by other: String
  ) async throws(RoomRefusal) {
    try await memory.setBlock(isBlocked, of: person, by: other)
  }

  func isBlocked(_ person: String, by other: String) async throws(RoomRefusal) -> Bool {
    try await memory.isBlocked(person, by: other)
  }

  func append(_ message: ChatMessage, to room: String) async throws(RoomRefusal) -> Int64 {
    try await memory.append(message, to: room)
  }

  func scene(_ id: String, of person: String) async throws(RoomRefusal) -> PlacedScene? {
    try await memory.scene(id, of: person)
  }

  func avatar(
    _ id: String, of person: String
  ) async throws(RoomRefusal) -> AvatarReference? {
    try await memory.avatar(id, of: person)
  }
}
