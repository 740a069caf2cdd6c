import Synchronization

/// Lets so many files in at once, one of each person.
final class UploadGate: Sendable {
  private let most: Int
  private let people = Mutex<Set<String>>([])

  init(most: Int) { self.most = most }

  /// - Throws: ``IdentityError/busy``.
  func enter(_ person: String) throws(IdentityError) {
    let isIn = people.withLock { people in
      people.count < most && people.insert(person).inserted
    }
    guard isIn else { throw .busy }
  }

  func leave(_ person: String) { people.withLock { _ = $0.remove(person) } }
}
