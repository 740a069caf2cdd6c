/// A room as a value: who is in it, where, and what they may see of each other.
///
/// Nothing here waits, keeps or tells: a command returns what it changed, see ``RoomOutcome``. Whoever
/// runs a room applies a command to a copy, keeps what must be kept, and only then takes the copy over.
struct RoomState: Sendable, Equatable {
  let id: String
  var settings: RoomSettings
  var people: [UInt16: Participant] = [:]
  var knocks: [UInt16: Knock] = [:]
  /// Who shows their screen.
  var screen: UInt16?
  /// Counts changes.
  var version: Int64 = 0
  /// For each person who is or was here: whom they have blocked or are blocked by.
  var blocked: [String: Set<String>] = [:]
  /// Whom the room lets in never again; the keeper tells of those from before.
  var banned: Set<String> = []
  /// The last number that a participant got; 0 when the room was empty.
  var lastParticipant: UInt16 = 0
  var lastKnock: UInt16 = 0
  let limits: RoomLimits

  /// The highest number of a participant; the next would mean everyone.
  static let mostParticipants: UInt16 = 65_534

  /// A room as it was kept; who was in it may come back until `resumeUntil`.
  init(_ kept: KeptRoom, limits: RoomLimits, resumeUntil: Int64) {
    id = kept.id
    settings = kept.settings
    self.limits = limits
    for (number, presence) in kept.presences where number >= 1 && number <= Self.mostParticipants {
      people[number] = Participant(presence, endsAt: resumeUntil)
    }
    let spoken = people.isEmpty ? 0 : kept.chat.map(\.participant).max() ?? 0
    lastParticipant = max(people.keys.max() ?? 0, min(spoken, Self.mostParticipants))
    releaseImpossibleSeats()
  }

  var arrangement: RoomArrangement { RoomArrangement(rawValue: settings.arrangement) ?? .facing }

  /// Whether two people neither see, hear nor reach each other.
  func isBlocked(_ person: String, _ other: String) -> Bool {
    blocked[person]?.contains(other) ?? false
  }

  /// Whether two participants neither see, hear nor reach each other: companions have only their person.
  func isApart(_ one: Participant, _ other: Participant) -> Bool {
    if one.isCompanion || other.isCompanion { return one.person != other.person }
    return isBlocked(one.person, other.person)
  }

  /// Who sits in a seat.
  func occupant(of seat: Int) -> UInt16? {
    people.first { $0.value.seat == seat }?.key
  }

  /// The seat that a newcomer gets: of those that nobody has taken the first in the arrangement's order.
  var freeSeat: Int? {
    let taken = Set(people.values.compactMap(\.seat))
    return arrangement.order.first { !taken.contains($0) }
  }

  /// Counts a change where something changed.
  mutating func count(_ outcome: RoomOutcome) {
    if !outcome.touched.isEmpty || !outcome.blocks.isEmpty { version += 1 }
  }

  /// What was kept of a seat that is none, or of two people in one, is not believed.
  private mutating func releaseImpossibleSeats() {
    var taken: Set<Int> = []
    for number in people.keys.sorted() {
      guard let seat = people[number]?.seat else { continue }
      let isPossible = (0..<arrangement.seatCount).contains(seat) && taken.insert(seat).inserted
      if !isPossible { people[number]?.seat = nil }
    }
    settings.seats = settings.seats.filter {
      (0..<arrangement.seatCount).contains($0.key) && $0.value.count == 3
    }
  }
}
