import GRDB

extension PeopleStore {
  /// The database's versions, oldest first; a published one is never changed.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("people") { db in try db.execute(sql: people) }
    migrator.registerMigration("rooms") { db in try db.execute(sql: rooms) }
    migrator.registerMigration("scenes") { db in try db.execute(sql: scenes) }
    return migrator
  }

  /// People and what they have; times are milliseconds since 1970.
  ///
  /// A removed device stays as a row without a name: later
  /// devices' chains lead through it, and its key must not come back as a new person.
  private static let people = """
    CREATE TABLE person (
      id TEXT PRIMARY KEY NOT NULL,
      name TEXT NOT NULL,
      isGuest INTEGER NOT NULL,
      expressiveness TEXT,
      created INTEGER NOT NULL,
      seen INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX personGuest ON person(seen) WHERE isGuest;
    CREATE TABLE device (
      key BLOB PRIMARY KEY NOT NULL,
      person TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      kind TEXT NOT NULL,
      "by" BLOB,
      time INTEGER NOT NULL,
      certificate BLOB,
      removed INTEGER
    ) STRICT;
    CREATE INDEX devicePerson ON device(person);
    CREATE TABLE pairing (
      code TEXT PRIMARY KEY NOT NULL,
      key BLOB NOT NULL UNIQUE,
      name TEXT NOT NULL,
      expires INTEGER NOT NULL,
      isApproved INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE avatar (
      id TEXT PRIMARY KEY NOT NULL,
      person TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      access TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      created INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX avatarPerson ON avatar(person);
    CREATE TABLE block (
      person TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
      other TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
      PRIMARY KEY (person, other)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX blockOther ON block(other);
    CREATE TABLE erasing (id INTEGER PRIMARY KEY CHECK (id = 1)) STRICT;
    """

  /// Scenes of people, and where one stands as a room's surroundings: `scenePlace` is JSON.
  private static let scenes = """
    CREATE TABLE scene (
      id TEXT PRIMARY KEY NOT NULL,
      person TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      created INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX scenePerson ON scene(person);
    ALTER TABLE room ADD COLUMN scene TEXT REFERENCES scene(id) ON DELETE SET NULL;
    ALTER TABLE room ADD COLUMN scenePlace TEXT;
    CREATE INDEX roomScene ON room(scene);
    """

  /// Rooms; `seats`, `place` and a presence's `avatar` are JSON.
  ///
  /// An invitation's secret is kept as SHA-256, a resuming one too.
  private static let rooms = """
    CREATE TABLE room (
      id TEXT PRIMARY KEY NOT NULL,
      name TEXT NOT NULL,
      surroundings TEXT NOT NULL,
      arrangement TEXT NOT NULL,
      isLocked INTEGER NOT NULL DEFAULT 0,
      hasLobby INTEGER NOT NULL DEFAULT 0,
      seats TEXT NOT NULL DEFAULT '{}',
      created INTEGER NOT NULL,
      lastMessage INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE invite (
      id TEXT PRIMARY KEY NOT NULL,
      room TEXT NOT NULL REFERENCES room(id) ON DELETE CASCADE,
      role INTEGER NOT NULL,
      digest BLOB NOT NULL UNIQUE,
      expires INTEGER,
      uses INTEGER,
      used INTEGER NOT NULL DEFAULT 0,
      created INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX inviteRoom ON invite(room);
    CREATE TABLE member (
      room TEXT NOT NULL REFERENCES room(id) ON DELETE CASCADE,
      person TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
      role INTEGER NOT NULL,
      invite TEXT REFERENCES invite(id) ON DELETE SET NULL,
      mustKnock INTEGER NOT NULL DEFAULT 0,
      since INTEGER NOT NULL,
      PRIMARY KEY (room, person)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX memberPerson ON member(person);
    CREATE INDEX memberInvite ON member(invite);
    CREATE TABLE ban (
      room TEXT NOT NULL REFERENCES room(id) ON DELETE CASCADE,
      person TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
      PRIMARY KEY (room, person)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX banPerson ON ban(person);
    CREATE TABLE presence (
      room TEXT NOT NULL REFERENCES room(id) ON DELETE CASCADE,
      participant INTEGER NOT NULL,
      person TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      role INTEGER NOT NULL,
      isGuest INTEGER NOT NULL,
      seat INTEGER,
      place TEXT,
      isMuted INTEGER NOT NULL,
      avatar TEXT,
      secret BLOB NOT NULL,
      PRIMARY KEY (room, participant)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX presencePerson ON presence(person);
    CREATE TABLE message (
      room TEXT NOT NULL REFERENCES room(id) ON DELETE CASCADE,
      n INTEGER NOT NULL,
      participant INTEGER NOT NULL,
      person TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      time INTEGER NOT NULL,
      text TEXT NOT NULL,
      PRIMARY KEY (room, n)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX messagePerson ON message(person);
    """
}
