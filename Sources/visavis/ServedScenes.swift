import AvatarExchange
import Identity

/// Scenes that people bring into rooms.
enum ServedScenes {
  /// The most splats, vertices and triangles: what phones and headsets still draw beside people.
  static let most = 600_000

  /// Reads PLY, SPZ and GLB; what comes out has none of the file's other contents.
  static let packer: ScenePacker = { bytes throws(SceneFault) in
    do throws(ExchangeError) {
      return try PackedScene.bytes(of: bytes, most: most)
    } catch .tooMany {
      throw SceneFault.tooDetailed(most: most)
    } catch {
      throw SceneFault.unreadable
    }
  }
}
