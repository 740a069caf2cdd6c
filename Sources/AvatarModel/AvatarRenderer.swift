public import FaceRig
public import GaussianSplats
public import Geometry

/// Draws an avatar: states in, pictures out.
///
/// Reuse one object for many frames. Not safe for use by two threads at once.
public final class AvatarRenderer {
  /// The avatar.
  public let avatar: Avatar
  private let workers: Workers
  private let poser: AvatarPoser
  private let rasterizer: Rasterizer
  private let buffer: SplatBuffer

  /// Prepares to draw pictures of about `maxWidth × maxHeight` pixels.
  public init(
    avatar: Avatar, maxWidth: Int = 512, maxHeight: Int = 512, workers: Workers = .serial,
    level: InstructionLevel = .best
  ) {
    self.avatar = avatar
    self.workers = workers
    poser = AvatarPoser(
      template: avatar.template, headShare: avatar.headShare, splats: avatar.splats, level: level)
    rasterizer = Rasterizer(
      capacity: avatar.splats.count, maxWidth: maxWidth, maxHeight: maxHeight, workers: workers,
      level: level)
    buffer = SplatBuffer(count: avatar.splats.count)
  }

  /// Draws a state.
  ///
  /// - Parameters:
  ///   - camera: the viewer's camera.
  ///   - viewFromCamera: where the viewer stands relative to the driving camera.
  /// - Returns: premultiplied colour and transmittance, valid until the next call.
  public func draw(
    _ state: AvatarState, camera: PinholeCamera, viewFromCamera: RigidTransform = .identity
  ) -> ImagePlanes {
    poser.prepare(state, code: avatar.code(of: state), viewFromCamera: viewFromCamera)
    let parts = max(1, workers.count * 4)
    workers.perform(parts) { _, part in
      poser.pose(
        part: part, of: parts, avatar.splats, planes: buffer.pointer, stride: buffer.planeStride)
    }
    rasterizer.forward(buffer, camera: camera)
    return rasterizer.image
  }
}
