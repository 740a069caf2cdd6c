public import Configuration
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
  /// | `certificate`, `key` | `VISAVIS_CERTIFICATE`, `VISAVIS_KEY` | PEM files for TLS |
  /// | `upload.megabytes` | `VISAVIS_UPLOAD_MEGABYTES` | the largest upload |
  /// | `abandoned.hours` | `VISAVIS_ABANDONED_HOURS` | when unfinished uploads go |
  /// | `connections` | `VISAVIS_CONNECTIONS` | connections at a time |
  public mutating func take(_ reader: ConfigReader) {
    host = reader.string(forKey: "host", default: host)
    port = reader.int(forKey: "port", default: port)
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
  }
}
