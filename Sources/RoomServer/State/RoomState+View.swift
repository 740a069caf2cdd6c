import Foundation

extension RoomState {
  /// Who looks: what they may see depends on it.
  struct Viewer: Sendable, Equatable {
    var person: String
    var isModerator: Bool
    var isCompanion = false
  }

  /// How a participant looks at the room.
  func viewer(_ number: UInt16) -> Viewer? {
    people[number].map {
      Viewer(
        person: $0.person, isModerator: $0.role == .moderator && !$0.isCompanion,
        isCompanion: $0.isCompanion)
    }
  }

  /// A key's value as JSON for a viewer; nil where there is none, or none for them.
  func value(of key: RoomKey, for viewer: Viewer) -> String? {
    switch key {
    case .room: roomValue(for: viewer)
    case .seat(let seat):
      settings.seats[seat].map { place in JSONWriter.write { $0.numbers(place) } }
    case .person(let number):
      people[number].flatMap { participant in
        isVisible(participant, to: viewer) ? personValue(number, participant) : nil
      }
    case .knock(let number):
      knocks[number].flatMap { knock in
        viewer.isModerator && !isBlocked(knock.admission.person, viewer.person)
          ? knockValue(knock) : nil
      }
    }
  }

  private func isVisible(_ participant: Participant, to viewer: Viewer) -> Bool {
    if participant.isCompanion || viewer.isCompanion { return participant.person == viewer.person }
    return !isBlocked(participant.person, viewer.person)
  }

  /// All that a viewer may see.
  func snapshot(for viewer: Viewer) -> [String: String] {
    var values: [String: String] = [:]
    for key in allKeys { values[key.text] = value(of: key, for: viewer) }
    return values
  }

  /// Every key that has a value for somebody.
  var allKeys: [RoomKey] {
    [.room] + settings.seats.keys.sorted().map { .seat($0) }
      + people.keys.sorted().map { .person($0) } + knocks.keys.sorted().map { .knock($0) }
  }

  /// The keys whose values may have changed for a viewer.
  func touched(_ outcome: RoomOutcome, for viewer: Viewer) -> Set<RoomKey> {
    var keys = outcome.touched
    for block in outcome.blocks where [block.one, block.other].contains(viewer.person) {
      let other = block.one == viewer.person ? block.other : block.one
      keys.formUnion(participants(of: other).map { .person($0) })
      keys.formUnion(knockers(of: other).map { .knock($0) })
      if screen != nil { keys.insert(.room) }
    }
    return keys
  }

  /// What a viewer is told of a change: the new version, values that are set, keys that are dropped.
  ///
  /// - Parameter before: the state before the change, for what the viewer saw then.
  func change(
    _ outcome: RoomOutcome, from before: RoomState, viewer: Viewer, sawAs old: Viewer
  ) -> RoomChange {
    var change = RoomChange(version: version)
    for key in touched(outcome, for: viewer).sorted() {
      if let value = value(of: key, for: viewer) {
        change.set.append((key.text, value))
      } else if before.value(of: key, for: old) != nil {
        change.drop.append(key.text)
      }
    }
    return change
  }

  private func roomValue(for viewer: Viewer) -> String {
    let shown = screen.flatMap { number in
      people[number].flatMap { isBlocked($0.person, viewer.person) ? nil : number }
    }
    return JSONWriter.write { json in
      json.object { json in
        json.key("id")
        json.string(id)
        json.key("name")
        json.string(settings.name)
        json.key("surroundings")
        json.string(settings.surroundings)
        json.key("scene")
        Self.write(settings.scene, to: &json)
        json.key("arrangement")
        json.string(settings.arrangement)
        json.key("isLocked")
        json.bool(settings.isLocked)
        json.key("hasLobby")
        json.bool(settings.hasLobby)
        json.key("screen")
        json.number(shown)
      }
    }
  }

  private func knockValue(_ knock: Knock) -> String {
    JSONWriter.write { json in
      json.object { json in
        json.key("name")
        json.string(knock.name)
        json.key("person")
        json.string(knock.admission.person)
        json.key("isGuest")
        json.bool(knock.admission.isGuest)
      }
    }
  }

  private func personValue(_ number: UInt16, _ participant: Participant) -> String {
    JSONWriter.write { json in
      json.object { json in
        json.key("participant")
        json.number(number)
        json.key("person")
        json.string(participant.person)
        json.key("name")
        json.string(participant.name)
        json.key("role")
        json.string(participant.role.name)
        json.key("isGuest")
        json.bool(participant.isGuest)
        json.key("seat")
        json.number(participant.seat)
        json.key("place")
        json.numbers(participant.place)
        json.key("isCompanion")
        json.bool(participant.isCompanion)
        json.key("isMuted")
        json.bool(participant.isMuted)
        json.key("hasVoice")
        json.bool(participant.hasVoice)
        json.key("isConnected")
        json.bool(participant.isConnected)
        json.key("avatar")
        Self.write(participant.avatar, to: &json)
        json.key("key")
        json.string(Base64URL.text(participant.key))
        json.key("devices")
        json.array(participant.devices) { Self.write($1, to: &$0) }
      }
    }
  }

  private static func write(_ scene: PlacedScene?, to json: inout JSONWriter) {
    guard let scene else { return json.raw("null") }
    json.object { json in
      json.key("id")
      json.string(scene.id)
      json.key("bytes")
      json.number(scene.bytes)
      json.key("sha256")
      json.string(scene.sha256)
      json.key("place")
      json.numbers(scene.place)
    }
  }

  private static func write(_ avatar: AvatarReference?, to json: inout JSONWriter) {
    guard let avatar else { return json.raw("null") }
    json.object { json in
      json.key("id")
      json.string(avatar.id)
      json.key("bytes")
      json.number(avatar.bytes)
      json.key("sha256")
      json.string(avatar.sha256)
    }
  }

  private static func write(_ device: DeviceCertificate, to json: inout JSONWriter) {
    json.object { json in
      json.key("key")
      json.string(device.key)
      json.key("by")
      json.string(device.by)
      json.key("time")
      json.number(device.time)
      json.key("certificate")
      json.string(device.certificate)
    }
  }
}
