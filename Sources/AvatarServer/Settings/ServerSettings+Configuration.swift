public import Configuration
import Foundation
import RoomServer
import SystemPackage

extension ServerSettings {
  /// The reader of what surrounds a command line: environment variables named `VISAVIS_…` first,
  /// then the JSON file `server.json` of the data folder, if there is one.
  ///
  /// - Throws: what makes the file unreadable.
  public static func surroundings(dataFolder: String) async throws -> ConfigReader {
    let environment = KeyMappingProvider(
      upstream: EnvironmentVariablesProvider(), keyMapper: { $0.prepending("visavis") })
    let file = try await FileProvider<JSONSnapshot>(
      filePath: FilePath(dataFolder + "/server.json"), allowMissing: true)
    return ConfigReader(providers: [environment, file])
  }

  /// Takes what a reader says; what it does not mention stays.
  ///
  /// | key | environment | meaning |
  /// |---|---|---|
  /// | `host`, `port` | `VISAVIS_HOST`, `VISAVIS_PORT` | where to listen |
  /// | `hosts` | `VISAVIS_HOSTS` | names that people reach it by, with commas |
  /// | `certificate`, `key` | `VISAVIS_CERTIFICATE`, `VISAVIS_KEY` | PEM files for TLS |
  /// | `upload.megabytes` | `VISAVIS_UPLOAD_MEGABYTES` | the largest upload |
  /// | `abandoned.hours` | `VISAVIS_ABANDONED_HOURS` | when unfinished uploads go |
  /// | `connections` | `VISAVIS_CONNECTIONS` | connections at a time |
  /// | `address.connections` | `VISAVIS_ADDRESS_CONNECTIONS` | those of one address; 0 any number |
  /// | `room.participants` | `VISAVIS_ROOM_PARTICIPANTS` | participants of one room |
  /// | `stun`, `turn` | `VISAVIS_STUN`, `VISAVIS_TURN` | addresses of such servers, with commas |
  /// | `turn.secret` | `VISAVIS_TURN_SECRET` | what coturn has as `static-auth-secret` |
  public mutating func take(_ reader: ConfigReader) {
    host = reader.string(forKey: "host", default: host)
    port = reader.int(forKey: "port", default: port)
    if let names = reader.string(forKey: "hosts") {
      let hosts = names.lowercased().split(separator: ",").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      self.hosts = Set(hosts.filter { !$0.isEmpty })
    }
    if let chain = reader.string(forKey: "certificate"), let key = reader.string(forKey: "key") {
      transport = .certificate(chain: chain, key: key)
    }
    if let megabytes = reader.int(forKey: "upload.megabytes"), (1...1_000_000).contains(megabytes) {
      limits.uploadBytes = megabytes << 20
    }
    if let hours = reader.double(forKey: "abandoned.hours"), hours > 0 {
      limits.abandonedSeconds = hours * 3600
    }
    if let connections = reader.int(forKey: "connections"), connections > 0 {
      limits.connections = connections
    }
    if let connections = reader.int(forKey: "address.connections"), connections >= 0 {
      limits.connectionsPerAddress = connections
    }
    if let participants = reader.int(forKey: "room.participants"), (2...1000).contains(participants)
    {
      rooms.room.participants = participants
    }
    takeIce(reader)
  }

  /// Who helps pages to a direct path.
  private mutating func takeIce(_ reader: ConfigReader) {
    func addresses(_ key: ConfigKey, _ schemes: [String]) -> [String]? {
      reader.string(forKey: key).map { text in
        text.split(separator: ",").flatMap {
          IceSettings.addresses(String($0), schemes: schemes) ?? []
        }
      }
    }
    rooms.ice.stun = addresses("stun", IceSettings.stunSchemes) ?? rooms.ice.stun
    rooms.ice.turn = addresses("turn", IceSettings.turnSchemes) ?? rooms.ice.turn
    rooms.ice.turnSecret =
      reader.string(forKey: "turn.secret", isSecret: true) ?? rooms.ice.turnSecret
  }
}
