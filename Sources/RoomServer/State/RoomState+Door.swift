extension RoomState {
  /// Lets somebody in, back in, or has them knock.
  ///
  /// - Throws: ``RoomRefusal/banned``, ``RoomRefusal/locked``, ``RoomRefusal/full``; the state is then
  ///   as it was.
  mutating func arrive(
    _ arrival: Arrival
  ) throws(RoomRefusal) -> (Arrival.Outcome, RoomOutcome) {
    let admission = arrival.admission
    guard !admission.isBanned, !banned.contains(admission.person) else { throw .banned }
    if let number = resumable(arrival) {
      return (.resumed(number), resume(number, arrival))
    }
    let isCompanion = arrival.isCompanion
    // Only who is here can be helped; they were let in, and so is what helps them.
    let isHere = people.values.contains { $0.person == admission.person && !$0.isCompanion }
    if isCompanion && !isHere { throw .unknownParticipant }
    guard !settings.isLocked || admission.role == .moderator || isCompanion else { throw .locked }
    guard people.count < limits.participants,
      people.values.count(where: { $0.person == admission.person }) < limits.presencesOfOne,
      lastParticipant < Self.mostParticipants
    else { throw .full }
    let isKnocking =
      !isCompanion && ((settings.hasLobby && admission.role == .guest) || admission.mustKnock)
    guard isKnocking else {
      var newcomer = Participant(
        admission, name: arrival.name, avatar: arrival.avatar, secretDigest: arrival.secretDigest)
      newcomer.isCompanion = isCompanion
      let (number, outcome) = enter(newcomer, blocked: admission.blocked)
      return (.joined(number), outcome)
    }
    let mine = knocks.values.count(where: { $0.admission.person == admission.person })
    guard knocks.count < limits.knocks, mine < 2 else { throw .full }
    repeat { lastKnock = lastKnock % Self.mostParticipants + 1 } while knocks[lastKnock] != nil
    knocks[lastKnock] = Knock(
      admission: admission, name: arrival.name, avatar: arrival.avatar,
      secretDigest: arrival.secretDigest)
    note(admission.blocked, of: admission.person)
    let outcome = RoomOutcome(touched: [.knock(lastKnock)])
    count(outcome)
    return (.knocks(lastKnock), outcome)
  }

  /// Somebody at the door has gone.
  mutating func cancel(knock: UInt16) -> RoomOutcome {
    guard knocks.removeValue(forKey: knock) != nil else { return RoomOutcome() }
    let outcome = RoomOutcome(touched: [.knock(knock)])
    forgetIfEmpty()
    count(outcome)
    return outcome
  }

  /// A participant's socket is gone; the presence waits to be resumed.
  mutating func disconnect(_ number: UInt16, endsAt: Int64) -> RoomOutcome {
    guard people[number]?.isConnected == true else { return RoomOutcome() }
    people[number]?.isConnected = false
    people[number]?.hasVoice = false
    people[number]?.endsAt = endsAt
    var outcome = RoomOutcome(touched: [.person(number)], reroutes: true)
    if screen == number {
      screen = nil
      outcome.touched.insert(.room)
    }
    count(outcome)
    return outcome
  }

  /// Presences that nobody has resumed in time end.
  mutating func expire(now: Int64) -> RoomOutcome {
    var outcome = RoomOutcome()
    for (number, participant) in people where (participant.endsAt ?? .max) <= now {
      end(number, as: .closed, &outcome)
    }
    count(outcome)
    return outcome
  }

  /// A participant leaves for good.
  mutating func leave(_ number: UInt16) -> RoomOutcome {
    var outcome = RoomOutcome()
    end(number, as: .closed, &outcome)
    count(outcome)
    return outcome
  }

  /// All presences and knocks of a person end.
  mutating func close(person: String) -> RoomOutcome {
    var outcome = RoomOutcome()
    for number in participants(of: person) { end(number, as: .closed, &outcome) }
    for number in knockers(of: person) { deny(number, as: .closed, &outcome) }
    count(outcome)
    return outcome
  }

  /// The room is deleted: everyone is sent away.
  mutating func close() -> RoomOutcome {
    var outcome = RoomOutcome()
    for number in people.keys.sorted() { end(number, as: .closed, &outcome) }
    for number in knocks.keys.sorted() { deny(number, as: .closed, &outcome) }
    outcome.kept = []
    count(outcome)
    return outcome
  }

  /// The participants who are one person, in order.
  func participants(of person: String) -> [UInt16] {
    people.filter { $0.value.person == person }.keys.sorted()
  }

  func knockers(of person: String) -> [UInt16] {
    knocks.filter { $0.value.admission.person == person }.keys.sorted()
  }

  /// Gives a participant a number and a seat.
  mutating func enter(
    _ newcomer: Participant, blocked: Set<String>
  ) -> (UInt16, RoomOutcome) {
    var newcomer = newcomer
    newcomer.seat = newcomer.isCompanion ? nil : freeSeat
    lastParticipant += 1
    people[lastParticipant] = newcomer
    note(blocked, of: newcomer.person)
    let outcome = RoomOutcome(
      touched: [.person(lastParticipant)],
      kept: newcomer.isCompanion ? [] : [.presence(lastParticipant, newcomer.kept)],
      reroutes: true)
    count(outcome)
    return (lastParticipant, outcome)
  }

  /// Removes a participant and all that was theirs.
  mutating func end(_ number: UInt16, as reason: RoomRefusal, _ outcome: inout RoomOutcome) {
    guard people.removeValue(forKey: number) != nil else { return }
    outcome.touched.insert(.person(number))
    outcome.kept.append(.presence(number, nil))
    outcome.ended[number] = reason
    outcome.reroutes = true
    if screen == number {
      screen = nil
      outcome.touched.insert(.room)
    }
    forgetIfEmpty()
  }

  mutating func deny(_ knock: UInt16, as reason: RoomRefusal, _ outcome: inout RoomOutcome) {
    guard knocks.removeValue(forKey: knock) != nil else { return }
    outcome.touched.insert(.knock(knock))
    outcome.denied[knock] = reason
    forgetIfEmpty()
  }

  /// Numbers and blocks begin anew when nobody is left.
  private mutating func forgetIfEmpty() {
    guard people.isEmpty else { return }
    lastParticipant = 0
    guard knocks.isEmpty else { return }
    lastKnock = 0
    blocked = [:]
  }

  /// The participant whose secret was shown.
  private func resumable(_ arrival: Arrival) -> UInt16? {
    guard let resumed = arrival.resumed, let participant = people[resumed.participant],
      participant.person == arrival.admission.person,
      isSame(participant.secretDigest, resumed.secretDigest)
    else { return nil }
    return resumed.participant
  }

  private mutating func resume(_ number: UInt16, _ arrival: Arrival) -> RoomOutcome {
    people[number]?.isConnected = true
    people[number]?.endsAt = nil
    people[number]?.role = arrival.admission.role
    people[number]?.isGuest = arrival.admission.isGuest
    people[number]?.key = arrival.admission.key
    people[number]?.devices = arrival.admission.devices
    if let avatar = arrival.avatar { people[number]?.avatar = avatar }
    note(arrival.admission.blocked, of: arrival.admission.person)
    let outcome = RoomOutcome(
      touched: [.person(number)],
      kept: people[number]?.isCompanion == true ? [] : [.presence(number, people[number]?.kept)],
      reroutes: true)
    count(outcome)
    return outcome
  }

  /// Takes over whom somebody has blocked or is blocked by, both ways.
  private mutating func note(_ others: Set<String>, of person: String) {
    guard !others.isEmpty else { return }
    blocked[person, default: []].formUnion(others)
    for other in others { blocked[other, default: []].insert(person) }
  }
}

/// Whether two digests agree, in a time that does not tell where they differ.
func isSame(_ one: [UInt8], _ other: [UInt8]) -> Bool {
  guard one.count == other.count, !one.isEmpty else { return false }
  return zip(one, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
}
