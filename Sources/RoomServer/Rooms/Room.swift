import Crypto
import Foundation
import Logging

/// One open room: takes what happens from its mailbox, one after the other, has it kept, tells everyone.
///
/// Packets do not come through here: the routes that are set here lead from socket to socket.
actor Room {
  nonisolated let id: String
  nonisolated let mailbox: RoomMailbox
  private let events: AsyncStream<RoomMailbox.Event>
  private let keeper: any RoomKeeping
  private let settings: RoomServerSettings
  private let server: RoomServer
  private let logger: Logger

  var state: RoomState
  var chat: [ChatMessage]
  /// Who is connected, and the secret that each was given.
  var members: [UInt16: Member] = [:]
  private var waiting: [UInt16: Member] = [:]
  private var isRetired = false

  /// A socket in the room or at its door.
  struct Member {
    var socket: RoomSocket
    var secret: [UInt8]
    /// Whom packets to everyone reach by themselves.
    var direct: Set<UInt16> = []
  }

  init(
    _ kept: KeptRoom, keeper: any RoomKeeping, settings: RoomServerSettings, server: RoomServer,
    logger: Logger
  ) {
    id = kept.id
    self.keeper = keeper
    self.settings = settings
    self.server = server
    self.logger = logger
    chat = kept.chat
    state = RoomState(
      kept, limits: settings.room,
      resumeUntil: Date().milliseconds + settings.room.resumeMilliseconds)
    let (events, continuation) = AsyncStream.makeStream(of: RoomMailbox.Event.self)
    self.events = events
    mailbox = RoomMailbox(continuation)
  }

  /// Takes events until the room is empty and forgotten.
  func run() async {
    if !state.people.isEmpty { expireLater() }
    for await event in events {
      await take(event)
      if !isRetired, state.people.isEmpty, state.knocks.isEmpty, members.isEmpty, waiting.isEmpty {
        // Nobody is left; whoever comes next opens the room anew.
        isRetired = true
        server.forget(id, mailbox)
        mailbox.finish()
      }
      server.count(id, isRetired ? 0 : members.count)
    }
  }

  private func take(_ event: RoomMailbox.Event) async {
    if isRetired {
      if case .join(let socket, let request, let admission) = event {
        server.enter(socket, request, admission, room: id)
      }
      return
    }
    switch event {
    case .join(let socket, let request, let admission):
      guard !socket.isClosed else { return }
      do throws(RoomRefusal) {
        try await join(socket, request, admission)
      } catch {
        server.metrics.refuse(error)
        socket.refuse(error)
      }
    case .message(let socket, let message, let bytes):
      await answer(message, of: socket)
      socket.end(messageOf: bytes)
    case .gone(let socket, let isLeaving): await disconnect(socket, isLeaving: isLeaving)
    case .block(let isOn, let person, let other):
      // What one has ended may be what the other still wants.
      if !isOn, (try? await keeper.isBlocked(other, by: person)) ?? true { return }
      await attempt { $0.setBlock(isOn, of: person, by: other) }
    case .dropScene(let scene): await attempt { $0.drop(scene: scene) }
    case .closePerson(let person): await attempt { $0.close(person: person) }
    case .close: await attempt { $0.close() }
    case .expire: await attempt { $0.expire(now: Date().milliseconds) }
    }
  }

  // MARK: The door

  private func join(
    _ socket: RoomSocket, _ request: JoinRequest, _ admission: Admission
  ) async throws(RoomRefusal) {
    var avatar: AvatarReference?
    if let id = request.avatar { avatar = try await keeper.avatar(id, of: admission.person) }
    // A secret that resumes nothing is not taken over: a new presence gets a new one.
    let secret = Self.newSecret()
    let arrival = Arrival(
      admission: admission, name: try state.checked(name: request.name ?? admission.name),
      avatar: avatar,
      resumed: request.resume.map {
        .init(participant: $0.participant, secretDigest: Self.digest($0.secret))
      }, isCompanion: request.isCompanion, secretDigest: Self.digest(secret))
    var next = state
    let (place, outcome) = try next.arrive(arrival)
    try await keep(outcome)
    switch place {
    case .joined(let number):
      publish(outcome, next)
      welcome(number, Member(socket: socket, secret: secret))
    case .resumed(let number):
      if let old = members.removeValue(forKey: number) {
        old.socket.routes = .none
        old.socket.refuse(.resumedElsewhere)
      }
      publish(outcome, next)
      welcome(number, Member(socket: socket, secret: request.resume?.secret ?? secret))
    case .knocks(let number):
      publish(outcome, next)
      waiting[number] = Member(socket: socket, secret: secret)
      socket.send(text: ServerMessage.lobby(knock: number))
    }
  }

  private func welcome(_ number: UInt16, _ member: Member) {
    guard let viewer = state.viewer(number), let participant = state.people[number] else { return }
    let now = Date().milliseconds
    members[number] = member
    let welcome = ServerMessage.Welcome(
      participant: number, secret: member.secret, role: participant.role, version: state.version,
      state: state.snapshot(for: viewer),
      chat: chat.filter { !state.isBlocked($0.person, viewer.person) },
      ice: settings.ice.servers(for: number, in: id, now: now), directLimit: settings.directLimit,
      time: now)
    // Before they know that they are in: what they send then has somewhere to go.
    reroute()
    member.socket.send(text: ServerMessage.welcome(welcome))
    sendPlaces(to: member.socket, viewer)
  }

  private func disconnect(_ socket: RoomSocket, isLeaving: Bool) async {
    if let (knock, _) = waiting.first(where: { $0.value.socket === socket }) {
      waiting[knock] = nil
      return await attempt { $0.cancel(knock: knock) }
    }
    guard let (number, _) = members.first(where: { $0.value.socket === socket }) else { return }
    members[number] = nil
    let endsAt = Date().milliseconds + settings.room.resumeMilliseconds
    await attempt { isLeaving ? $0.leave(number) : $0.disconnect(number, endsAt: endsAt) }
    if !isLeaving { expireLater() }
  }

  private func expireLater() {
    let mailbox = mailbox
    let wait = settings.room.resumeMilliseconds
    Task {
      try? await Task.sleep(for: .milliseconds(wait + 50))
      mailbox.put(.expire)
    }
  }

  // MARK: Messages

  private func answer(_ message: ClientMessage, of socket: RoomSocket) async {
    guard let (number, _) = members.first(where: { $0.value.socket === socket }) else {
      if !waiting.values.contains(where: { $0.socket === socket }) { return }
      return socket.send(text: ServerMessage.refused(.notAllowed, id: message.id))
    }
    do throws(RoomRefusal) {
      try await act(message.body, number, socket)
      if let id = message.id { socket.send(text: ServerMessage.done(id: id)) }
    } catch {
      server.metrics.refuse(error)
      socket.send(text: ServerMessage.refused(error, id: message.id))
    }
  }

  private func act(
    _ body: ClientMessage.Body, _ number: UInt16, _ socket: RoomSocket
  ) async throws(RoomRefusal) {
    switch body {
    case .command(.block(let person, false)):
      guard let mine = state.people[number]?.person else { throw .unknownParticipant }
      try await keeper.setBlock(false, of: person, by: mine)
      if try await keeper.isBlocked(mine, by: person) { return }
      try await apply(.block(person, false), by: number)
    case .command(let command):
      try await apply(command, by: number)
      if case .sit = command { socket.place = nil }
    case .avatar(nil): try await apply(.avatar(nil), by: number)
    case .avatar(let id?):
      guard let person = state.people[number]?.person,
        let avatar = try await keeper.avatar(id, of: person)
      else { throw .unknownAvatar }
      try await apply(.avatar(avatar), by: number)
    case .scene(let id, let place): try await surround(with: id, at: place, by: number)
    case .chat(let text): try await say(text, number)
    case .signal(let other, let data):
      guard let from = state.people[number], let to = state.people[other], other != number,
        !state.isApart(from, to), let member = members[other]
      else { throw .unknownParticipant }
      member.socket.send(text: ServerMessage.signal(from: number, data: data))
    case .direct(let others):
      guard others.count <= settings.directLimit else { throw .invalidMessage(field: "to") }
      members[number]?.direct = Set(others)
      reroute()
    case .sync:
      guard let viewer = state.viewer(number) else { throw .unknownParticipant }
      socket.send(
        text: ServerMessage.state(version: state.version, state.snapshot(for: viewer)))
    case .join, .ping: throw .invalidMessage(field: "t")
    }
  }

  private func apply(_ command: RoomCommand, by number: UInt16) async throws(RoomRefusal) {
    var next = state
    let outcome = try next.apply(command, by: number)
    try await keep(outcome)
    publish(outcome, next)
    if !outcome.blocks.isEmpty {
      for block in outcome.blocks {
        server.pass(
          block: next.isBlocked(block.one, block.other), block.one, block.other, from: id)
      }
    }
  }

  /// Who brings a scene has it; who moves the one that is there need not.
  private func surround(
    with id: String, at place: [Float], by number: UInt16
  ) async throws(RoomRefusal) {
    guard let person = state.people[number]?.person else { throw .unknownParticipant }
    var scene = state.settings.scene
    if scene?.id != id { scene = try await keeper.scene(id, of: person) }
    guard var scene else { throw .unknownScene }
    scene.place = place
    try await apply(.scene(scene), by: number)
  }

  private func say(_ text: String, _ number: UInt16) async throws(RoomRefusal) {
    guard let speaker = state.people[number] else { throw .unknownParticipant }
    if speaker.isCompanion { throw .notAllowed }
    guard !text.trimmed.isEmpty, text.count <= settings.room.chatCharacters else {
      throw .invalidText(most: settings.room.chatCharacters)
    }
    var message = ChatMessage(
      participant: number, person: speaker.person, name: speaker.name, time: Date().milliseconds,
      text: text)
    message.n = try await keeper.append(message, to: id)
    chat.append(message)
    if chat.count > 200 { chat.removeFirst(chat.count - 200) }
    let told = ServerMessage.chat(message)
    for (other, member) in members {
      guard let person = state.people[other]?.person, !state.isBlocked(person, speaker.person)
      else { continue }
      member.socket.send(text: told)
    }
  }

  // MARK: Keeping and telling

  /// Changes the state for a reason that nobody can be told is refused.
  private func attempt(_ change: (inout RoomState) -> RoomOutcome) async {
    var next = state
    let outcome = change(&next)
    do {
      try await keep(outcome)
    } catch {
      logger.error("A room could not be kept.", metadata: ["room": "\(id)"])
    }
    publish(outcome, next)
  }

  private func keep(_ outcome: RoomOutcome) async throws(RoomRefusal) {
    for write in outcome.kept {
      switch write {
      case .settings(let settings): try await keeper.save(settings, of: id)
      case .presence(let number, let presence):
        try await keeper.save(presence, participant: number, of: id)
      case .role(let role, let person): try await keeper.save(role: role, of: person, in: id)
      case .ban(let person): try await keeper.ban(person, from: id)
      case .block(let isOn, let person, let other):
        try await keeper.setBlock(isOn, of: person, by: other)
      }
    }
  }

  /// Takes a state over and tells everyone what changed for them.
  private func publish(_ outcome: RoomOutcome, _ next: RoomState) {
    let before = state
    state = next
    guard next.version != before.version else { return }
    // Most see the same; it is written once for them, and once for moderators.
    var shared: [Bool: String] = [:]
    for (number, member) in members {
      guard let viewer = next.viewer(number), let old = before.viewer(number) else { continue }
      let isUsual =
        outcome.blocks.isEmpty && old == viewer && (next.blocked[viewer.person] ?? []).isEmpty
      if isUsual, let message = shared[viewer.isModerator] {
        member.socket.send(text: message)
        continue
      }
      let message = next.change(outcome, from: before, viewer: viewer, sawAs: old).message
      if isUsual { shared[viewer.isModerator] = message }
      member.socket.send(text: message)
    }
    for (number, reason) in outcome.ended {
      guard let member = members.removeValue(forKey: number) else { continue }
      member.socket.routes = .none
      member.socket.refuse(reason)
    }
    for (knock, reason) in outcome.denied {
      waiting.removeValue(forKey: knock)?.socket.refuse(reason)
    }
    if outcome.reroutes { reroute() }
    for (knock, number) in outcome.admitted {
      guard let member = waiting.removeValue(forKey: knock) else { continue }
      welcome(number, member)
    }
  }

  /// Leads everyone's packets to whom they are meant for.
  private func reroute() {
    for (number, member) in members {
      guard let participant = state.people[number] else { continue }
      var targets: [RelayRoutes.Target] = []
      for (other, target) in members where other != number {
        guard let person = state.people[other], !state.isApart(person, participant) else {
          continue
        }
        targets.append(
          RelayRoutes.Target(
            participant: other, socket: target.socket, isDirect: member.direct.contains(other)))
      }
      member.socket.routes = RelayRoutes(
        participant: number, isMuted: participant.isMuted, targets: targets)
    }
  }

  /// Where those who walk stand, for somebody who has just come.
  private func sendPlaces(to socket: RoomSocket, _ viewer: RoomState.Viewer) {
    for (other, member) in members where member.socket !== socket {
      guard let participant = state.people[other], participant.seat == nil,
        !participant.isCompanion,
        !state.isBlocked(participant.person, viewer.person), let place = member.socket.place
      else { continue }
      place.withUnsafeBytes { socket.send(packet: .place, from: other, $0) }
    }
  }

  /// Whether two people are in the room now and see each other.
  func meet(_ person: String, _ other: String) -> Bool {
    let people = Set(members.keys.compactMap { state.people[$0]?.person })
    return people.contains(person) && people.contains(other) && !state.isBlocked(person, other)
  }

  /// Whether a scene surrounds the room, and somebody is in it now.
  func surrounds(_ scene: String, _ person: String) -> Bool {
    state.settings.scene?.id == scene
      && members.keys.contains { state.people[$0]?.person == person }
  }

  private static func newSecret() -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    return (0..<24).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  private static func digest(_ secret: [UInt8]) -> [UInt8] { [UInt8](SHA256.hash(data: secret)) }
}
