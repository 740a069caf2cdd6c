extension RoomState {
  /// Does what a participant wants done.
  ///
  /// - Throws: why not; the state is then as it was.
  mutating func apply(
    _ command: RoomCommand, by number: UInt16
  ) throws(RoomRefusal) -> RoomOutcome {
    guard let actor = people[number], actor.isConnected else { throw .unknownParticipant }
    guard !command.needsModerator || actor.role == .moderator else { throw .notAllowed }
    if actor.isCompanion {
      guard case .voice = command else { throw .notAllowed }
    }
    var next = self
    var outcome = RoomOutcome()
    switch command {
    case .sit(let seat): try next.sit(number, seat, &outcome)
    case .stand(let place):
      try next.check(place: place, count: 4)
      next.people[number]?.seat = nil
      next.people[number]?.place = place
      next.touch(number, &outcome)
    case .name(let name):
      let checked = try checked(name: name)
      next.people[number]?.name = checked
      next.touch(number, &outcome)
    case .avatar(let avatar):
      next.people[number]?.avatar = avatar
      next.touch(number, &outcome)
    case .voice(let isOn):
      next.people[number]?.hasVoice = isOn
      outcome.touched.insert(.person(number))
    case .moveSeat(let seat, let place):
      try next.moveSeat(seat, to: place, by: number, &outcome)
    case .screen(let isOn, let other):
      try next.show(isOn, of: other ?? number, by: number, &outcome)
    case .block(let person, let isOn):
      guard person != actor.person else { throw .invalidMessage(field: "person") }
      next.setBlock(isOn, between: actor.person, and: person, &outcome)
      outcome.kept.append(.block(isOn, of: person, by: actor.person))
    default: try next.moderate(command, &outcome)
    }
    next.count(outcome)
    self = next
    return outcome
  }

  /// A block began or ended outside of the room.
  mutating func setBlock(_ isOn: Bool, of person: String, by other: String) -> RoomOutcome {
    var outcome = RoomOutcome()
    let isHere = [person, other].contains { one in
      !participants(of: one).isEmpty || !knockers(of: one).isEmpty
    }
    guard isHere || (!isOn && isBlocked(person, other)) else { return outcome }
    setBlock(isOn, between: person, and: other, &outcome)
    count(outcome)
    return outcome
  }

  /// A name without what surrounds it and without control characters.
  ///
  /// - Throws: ``RoomRefusal/invalidText(most:)``.
  func checked(name: String) throws(RoomRefusal) -> String {
    let name = name.trimmed
    guard !name.isEmpty, name.count <= limits.nameCharacters,
      name.unicodeScalars.count <= 4 * limits.nameCharacters,
      !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else { throw .invalidText(most: limits.nameCharacters) }
    return name
  }

  /// A place's numbers exist, and it is near enough.
  func check(place: [Float], count: Int) throws(RoomRefusal) {
    guard place.count == count, place.allSatisfy(\.isFinite) else {
      throw .invalidMessage(field: "place")
    }
    // The last number is an angle.
    guard place.dropLast().allSatisfy({ abs($0) <= limits.reach }),
      abs(place[count - 1]) <= 1000
    else { throw .tooFar }
  }

  private mutating func sit(
    _ number: UInt16, _ seat: Int, _ outcome: inout RoomOutcome
  ) throws(RoomRefusal) {
    guard (0..<arrangement.seatCount).contains(seat) else { throw .unknownSeat }
    let sitting = occupant(of: seat)
    guard sitting == nil || sitting == number else { throw .seatTaken }
    people[number]?.seat = seat
    people[number]?.place = nil
    touch(number, &outcome)
  }

  private mutating func moveSeat(
    _ seat: Int, to place: [Float]?, by number: UInt16, _ outcome: inout RoomOutcome
  ) throws(RoomRefusal) {
    guard (0..<arrangement.seatCount).contains(seat) else { throw .unknownSeat }
    guard people[number]?.seat == seat || people[number]?.role == .moderator else {
      throw .notAllowed
    }
    if let place { try check(place: place, count: 3) }
    settings.seats[seat] = place
    outcome.touched.insert(.seat(seat))
    outcome.kept.append(.settings(settings))
  }

  private mutating func show(
    _ isOn: Bool, of other: UInt16, by number: UInt16, _ outcome: inout RoomOutcome
  ) throws(RoomRefusal) {
    if isOn {
      guard other == number else { throw .notAllowed }
      guard screen == nil || screen == number else { throw .screenTaken }
      screen = number
    } else {
      guard other == number || people[number]?.role == .moderator else { throw .notAllowed }
      guard screen == other else { return }
      screen = nil
    }
    outcome.touched.insert(.room)
  }

  /// A participant's values have changed and are kept.
  mutating func touch(_ number: UInt16, _ outcome: inout RoomOutcome) {
    outcome.touched.insert(.person(number))
    outcome.kept.append(.presence(number, people[number]?.kept))
  }

  private mutating func setBlock(
    _ isOn: Bool, between one: String, and other: String, _ outcome: inout RoomOutcome
  ) {
    for (person, blockedOne) in [(one, other), (other, one)] {
      if isOn {
        blocked[person, default: []].insert(blockedOne)
      } else {
        blocked[person]?.remove(blockedOne)
      }
    }
    outcome.blocks.append(RoomOutcome.Block(one: one, other: other))
    outcome.reroutes = true
  }
}

extension String {
  /// Without white space at its ends.
  var trimmed: String {
    String(
      drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
