import Foundation
import Testing

@testable import RoomServer

/// People and rooms that tests are about.
enum Sample {
  static func admission(
    _ person: String, _ role: RoomRole = .guest, blocked: Set<String> = []
  ) -> Admission {
    Admission(
      person: person, name: person.capitalized, isGuest: role == .guest, role: role,
      key: Array(repeating: 1, count: 32), blocked: blocked)
  }

  static func arrival(
    _ person: String, _ role: RoomRole = .guest, secret: UInt8 = 0, blocked: Set<String> = []
  ) -> Arrival {
    Arrival(
      admission: admission(person, role, blocked: blocked), name: person.capitalized,
      secretDigest: Array(repeating: secret, count: 32))
  }

  static func room(
    _ arrangement: RoomArrangement = .table, hasLobby: Bool = false,
    limits: RoomLimits = RoomLimits()
  ) -> RoomState {
    RoomState(
      KeptRoom(
        id: "room",
        settings: RoomSettings(
          name: "Room", surroundings: "beach", arrangement: arrangement.rawValue,
          hasLobby: hasLobby)), limits: limits, resumeUntil: 0)
  }
}

extension RoomState {
  /// Lets somebody in who does not have to knock.
  @discardableResult
  mutating func join(
    _ person: String, _ role: RoomRole = .guest, secret: UInt8 = 0, blocked: Set<String> = []
  ) throws -> UInt16 {
    let (place, _) = try arrive(
      Sample.arrival(person, role, secret: secret, blocked: blocked))
    guard case .joined(let number) = place else {
      Issue.record("\(person) did not come in but \(place)")
      return 0
    }
    return number
  }

  /// The keys that a participant sees.
  func keys(for number: UInt16) -> Set<String> {
    viewer(number).map { Set(snapshot(for: $0).keys) } ?? []
  }
}
