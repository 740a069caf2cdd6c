extension RoomState {
  /// Does what only moderators may.
  mutating func moderate(
    _ command: RoomCommand, _ outcome: inout RoomOutcome
  ) throws(RoomRefusal) {
    switch command {
    case .lock(let isOn):
      settings.isLocked = isOn
      touchRoom(&outcome)
    case .lobby(let isOn):
      settings.hasLobby = isOn
      touchRoom(&outcome)
    case .rename(let name):
      settings.name = try checked(name: name)
      touchRoom(&outcome)
    case .surround(let surroundings):
      settings.surroundings = surroundings.rawValue
      settings.scene = nil
      touchRoom(&outcome)
    case .scene(let scene):
      try check(scenePlace: scene.place)
      settings.scene = scene
      // What those see who cannot draw it.
      settings.surroundings = RoomSurroundings.darkness.rawValue
      touchRoom(&outcome)
    case .arrange(let arrangement): arrange(arrangement, &outcome)
    case .admit(let knock): try admit(knock, &outcome)
    case .deny(let knock):
      guard knocks[knock] != nil else { throw .unknownKnock }
      deny(knock, as: .denied, &outcome)
    case .remove(let other, let isBanned): try remove(other, isBanned: isBanned, &outcome)
    case .mute(let other, let isOn):
      guard people[other] != nil else { throw .unknownParticipant }
      people[other]?.isMuted = isOn
      touch(other, &outcome)
      outcome.reroutes = true
    case .role(let other, let role): try give(role, to: other, &outcome)
    default: throw .invalidMessage(field: "t")
    }
  }

  /// A scene is gone: the room does without.
  mutating func drop(scene: String) -> RoomOutcome {
    var outcome = RoomOutcome()
    guard settings.scene?.id == scene else { return outcome }
    settings.scene = nil
    touchRoom(&outcome)
    count(outcome)
    return outcome
  }

  private func check(scenePlace place: [Float]) throws(RoomRefusal) {
    guard place.count == PlacedScene.placeCount, place.allSatisfy(\.isFinite),
      limits.sceneScales.contains(place[4])
    else { throw .invalidMessage(field: "place") }
    guard place[..<3].allSatisfy({ abs($0) <= limits.sceneReach }), abs(place[3]) <= 1000 else {
      throw .invalidMessage(field: "place")
    }
  }

  private mutating func touchRoom(_ outcome: inout RoomOutcome) {
    outcome.touched.insert(.room)
    outcome.kept.append(.settings(settings))
  }

  private mutating func admit(
    _ number: UInt16, _ outcome: inout RoomOutcome
  ) throws(RoomRefusal) {
    guard let knock = knocks[number] else { throw .unknownKnock }
    guard people.count < limits.participants, lastParticipant < Self.mostParticipants else {
      throw .full
    }
    knocks[number] = nil
    outcome.touched.insert(.knock(number))
    var newcomer = Participant(
      knock.admission, name: knock.name, avatar: knock.avatar, secretDigest: knock.secretDigest)
    newcomer.seat = freeSeat
    lastParticipant += 1
    people[lastParticipant] = newcomer
    touch(lastParticipant, &outcome)
    outcome.admitted[number] = lastParticipant
    outcome.reroutes = true
  }

  private mutating func remove(
    _ number: UInt16, isBanned: Bool, _ outcome: inout RoomOutcome
  ) throws(RoomRefusal) {
    guard let person = people[number]?.person else { throw .unknownParticipant }
    guard isBanned else { return end(number, as: .removed, &outcome) }
    banned.insert(person)
    outcome.kept.append(.ban(person))
    for other in participants(of: person) { end(other, as: .banned, &outcome) }
    for knock in knockers(of: person) { deny(knock, as: .banned, &outcome) }
  }

  /// A role is the person's: all their participants have it.
  private mutating func give(
    _ role: RoomRole, to number: UInt16, _ outcome: inout RoomOutcome
  ) throws(RoomRefusal) {
    guard let person = people[number]?.person else { throw .unknownParticipant }
    outcome.kept.append(.role(role, person: person))
    for other in participants(of: person) {
      people[other]?.role = role
      touch(other, &outcome)
      // What is told to moderators only comes or goes.
      outcome.touched.formUnion(knocks.keys.map { .knock($0) })
    }
  }

  /// Seats stand anew; whose seat is gone takes a free one or stands.
  private mutating func arrange(
    _ arrangement: RoomArrangement, _ outcome: inout RoomOutcome
  ) {
    outcome.touched.formUnion(settings.seats.keys.map { .seat($0) })
    settings.arrangement = arrangement.rawValue
    settings.seats = [:]
    touchRoom(&outcome)
    for number in people.keys.sorted() {
      guard let seat = people[number]?.seat, seat >= arrangement.seatCount else { continue }
      people[number]?.seat = nil
      let free = freeSeat
      people[number]?.seat = free
      touch(number, &outcome)
    }
  }
}
