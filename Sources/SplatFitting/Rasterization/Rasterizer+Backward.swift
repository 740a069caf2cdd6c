public import GaussianSplats
import Geometry
import SplatKernels

extension Rasterizer {
  /// The gradient of a loss by the splats drawn last, from its gradient by the picture.
  ///
  /// Every strip leaves sums for its own splats, and each splat adds its strips' sums in order, so
  /// that the bits are the same for any number of workers.
  ///
  /// - Parameters:
  ///   - splats: The splats of the last ``forward(_:camera:)``, unchanged.
  ///   - imageGradient: dL/d(premultiplied red, green, blue), and dL/d(alpha) with alpha one minus
  ///     transmittance; the size of ``image``. Over a background b the loss of a composed picture
  ///     adds −b · dL/d(composed) to the fourth plane.
  ///   - gradient: dL/d(each plane); written, zero for splats that were not drawn. Opacities above
  ///     0.99, which are drawn as 0.99, get none.
  /// - Complexity: As the forward pass, about 1.3 times its time.
  public func backward(
    _ splats: SplatBuffer, imageGradient: ImagePlanes, into gradient: SplatBuffer
  ) {
    if frame.stripCount == 0 {
      gradient.clear()
      return
    }
    precondition(splats.count == frame.count && gradient.count == splats.count)
    precondition(imageGradient.width == image.width && imageGradient.height == image.height)
    frame.sums.reserve(frame.occurrenceCount * sumsStride)
    workers.perform(frame.stripCount) { worker, job in
      let strip = strips + Int(frame.order.pointer[job])
      let sums = frame.sums.pointer + strip.pointee.start * sumsStride
      sums.update(repeating: 0, count: strip.pointee.count * sumsStride)
      level.drawStripBackward(
        frame.sorted.pointer + strip.pointee.start * recordStride,
        strip.pointee.instances.pointer, strip.pointee.tileStarts.pointer,
        strip.pointee.tileEnds.pointer, strip.pointee.firstColumn * tileWidth,
        strip.pointee.columns, frame.tileRows, image.width, image.height,
        (scratch + worker).pointee.state.pointer, image.pointer, imageGradient.pointer,
        image.planeStride, image.rowStride, sums)
    }
    let chunks = (splats.count + Frame.chunk - 1) / Frame.chunk
    workers.perform(chunks) { _, chunk in
      let from = chunk * Frame.chunk, to = min(from + Frame.chunk, (splats.count + 7) & ~7)
      level.projectSplatsBackward(
        splats.pointer, splats.planeStride, from, to, frame.camera.focalLength.x,
        frame.camera.focalLength.y, frame.strips.pointer, frame.firstOccurrences.pointer,
        frame.positions.pointer, frame.sums.pointer, gradient.pointer)
    }
  }
}
