import Foundation
import GRDB
public import RoomServer

extension RoomArchive {
  /// Who holds a token and what the room allows them.
  ///
  /// An invitation counts a person once, however often they come.
  public func admission(
    token: String, room: String, invite: String?
  ) async throws(RoomRefusal) -> Admission {
    let now = clock()
    guard let speaker = tokens.speaker(token, now: now) else { throw .invalidToken }
    let digest = invite.map { InviteSecret.digest($0) }
    let result: Result<Admission, RoomRefusal> = try await write { db in
      try Self.admission(of: speaker, to: room, digest: digest, now: now, in: db)
    }
    return try result.get()
  }

  /// - Parameter digest: of the invitation that was shown; nil where none was, and nil within where it
  ///   was none.
  private static func admission(
    of speaker: Speaker, to room: String, digest: Data??, now: Int64, in db: Database
  ) throws -> Result<Admission, RoomRefusal> {
    guard try PeopleStore.isKnown(speaker, in: db),
      let person = try Row.fetchOne(
        db, sql: "SELECT name, isGuest FROM person WHERE id = ?", arguments: [speaker.person])
    else { return .failure(.invalidToken) }
    let exists = try Bool.fetchOne(db, sql: "SELECT 1 FROM room WHERE id = ?", arguments: [room])
    guard exists != nil else { return .failure(.unknownRoom) }
    try PeopleStore.touch(speaker.person, now: now, in: db)
    var admission = Admission(
      person: speaker.person, name: person["name"], isGuest: person["isGuest"], role: .guest,
      key: speaker.key.bytes, devices: try PeopleStore.chain(to: speaker, in: db),
      blocked: try PeopleStore.blocked(around: speaker.person, in: db))
    let ban = try Bool.fetchOne(
      db, sql: "SELECT 1 FROM ban WHERE room = ? AND person = ?", arguments: [room, speaker.person])
    admission.isBanned = ban != nil
    let member = try Row.fetchOne(
      db, sql: "SELECT role, mustKnock FROM member WHERE room = ? AND person = ?",
      arguments: [room, speaker.person])
    if let member {
      admission.role = RoomRole(rawValue: member["role"]) ?? .guest
      admission.mustKnock = member["mustKnock"]
    }
    guard !admission.isBanned, let digest else {
      // Who is banned is told so; who is unknown needs an invitation.
      return member == nil && !admission.isBanned ? .failure(.notAllowed) : .success(admission)
    }
    let refusal = try redeem(digest, for: &admission, isMember: member != nil, room, now, in: db)
    // Who belongs to the room needs no invitation that holds.
    return refusal.flatMap { member == nil ? .failure($0) : nil } ?? .success(admission)
  }

  /// Takes an invitation where it gives more than the person has.
  private static func redeem(
    _ digest: Data?, for admission: inout Admission, isMember: Bool, _ room: String, _ now: Int64,
    in db: Database
  ) throws -> RoomRefusal? {
    guard
      let invite = try digest.flatMap({
        try Row.fetchOne(
          db, sql: "SELECT * FROM invite WHERE digest = ? AND room = ?", arguments: [$0, room])
      })
    else { return .unknownInvite }
    let role = RoomRole(rawValue: invite["role"]) ?? .guest
    if isMember && role <= admission.role && !admission.mustKnock { return nil }
    if let expires = invite["expires"] as Int64?, expires <= now { return .expiredInvite }
    if let uses = invite["uses"] as Int?, invite["used"] as Int >= uses { return .expiredInvite }
    admission.role = max(admission.role, role)
    admission.mustKnock = false
    try db.execute(
      sql: "UPDATE invite SET used = used + 1 WHERE id = ?", arguments: [invite["id"] as String])
    try db.execute(
      sql: """
        INSERT INTO member (room, person, role, invite, since) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (room, person)
        DO UPDATE SET role = excluded.role, invite = excluded.invite, mustKnock = 0
        """,
      arguments: [
        room, admission.person, admission.role.rawValue, invite["id"] as String, now,
      ])
    return nil
  }
}
