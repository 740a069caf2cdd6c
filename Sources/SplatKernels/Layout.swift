/// The width of a tile in pixels.
public let tileWidth = 8
/// The height of a tile in pixels.
public let tileHeight = 16

/// Planes of a splat buffer, in order: mean x, y, z; M by rows (covariance = M Mᵀ), 9; opacity;
/// red, green, blue.
public let splatPlaneCount = 16

/// Floats of a projected splat's record.
///
///     0  1   2  3  4   5            6  7  8   9  10         11             12             13–15
///     x  y   A  B  C   log₂ opacity r  g  b   half width,   2 ln(255 · o)  x where y is   –
///                                             half height                  greatest
///
/// alpha(dx, dy) = 2^(log₂ o + A dx² + B dx dy + C dy²), distances in pixels from (x, y); half
/// width and height bound the ellipse within which alpha ≥ 1/255.
public let recordStride = 16

/// Floats of a record of sums that the backward pass leaves for every splat of a strip.
///
///     0    1       2        3       4          5        6…8
///     Σh   Σh·dx   Σh·dx²   Σh·dy   Σh·dx·dy   Σh·dy²   dL/d(red, green, blue)
///
/// where h = alpha · dL/dalpha.
public let sumsStride = 12

/// Floats of scratch memory that one worker needs for one tile.
public let tileScratchCount = 6 * tileWidth * tileHeight

/// log₂(1/255): below it a splat leaves a pixel alone.
let smallestLogAlpha: Float = -7.9943534
/// The variance, in px², of the low-pass filter added to every projected splat.
let lowPass: Float = 0.3
/// The largest half extent of a projected splat, in pixels; larger ones are not drawn.
let largestExtent: Float = 4096
let ln2: Float = 0.6931471805599453
let log2e: Float = 1.4426950408889634
