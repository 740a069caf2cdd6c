/**
 * Splats like a head's: flat discs on an ellipsoid and a pair of shoulders, a shell of finer hair,
 * sorted for an eye at the origin.
 * @param {number} count
 * @param {number} size of the square picture, pixels
 */
export function makeHead(count, size) {
  let state = 1;
  const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
  const frame = {
    count, centers: new Float32Array(3 * count), covariances: new Float32Array(6 * count),
    colors: new Uint8Array(4 * count), order: new Uint32Array(count),
  };
  for (let i = 0; i < count; i++) {
    const kind = random();
    // A direction, y downwards.
    const y = 2 * random() - 1, a = 2 * Math.PI * random(), level = Math.sqrt(1 - y * y);
    const n = [level * Math.cos(a), y, level * Math.sin(a)];
    const shoulders = kind > 0.85, hair = kind < 0.25 && y < 0.1;
    const radii = shoulders ? [21, 9, 10] : hair ? [8.4, 11.4, 10] : [7.5, 10.8, 9];
    const middle = shoulders ? [0, 22, 62] : [0, 0, 60];
    frame.centers.set(n.map((v, k) => middle[k] + radii[k] * v), 3 * i);
    const normal = n.map((v, k) => v / radii[k]);
    const length = Math.hypot(...normal);
    const wide = (shoulders ? 1.1 : hair ? 0.35 : 0.45) * (0.6 + 0.8 * random());
    const thin = 0.25 * wide;
    // wide² (1 − n nᵀ) + thin² n nᵀ
    const c = (p, q) => (p === q ? wide * wide : 0) +
      (thin * thin - wide * wide) * (normal[p] / length) * (normal[q] / length);
    frame.covariances.set([c(0, 0), c(0, 1), c(0, 2), c(1, 1), c(1, 2), c(2, 2)], 6 * i);
    const base = shoulders ? [70, 90, 120] : hair ? [60, 42, 30] : [214, 168, 144];
    const light = 0.75 + 0.25 * Math.max(0, -0.3 * n[0] - 0.6 * n[1] - 0.7 * n[2]) + 0.1 * random();
    frame.colors.set([...base.map((v) => Math.min(255, v * light)), 130 + 120 * random()], 4 * i);
  }
  const z = (i) => frame.centers[3 * i + 2];
  frame.order.set([...frame.order.keys()].sort((p, q) => z(q) - z(p)));
  return {
    frame,
    camera: {
      width: size, height: size, focalLength: [1.6 * size, 1.6 * size],
      center: [size / 2, 0.42 * size],
    },
  };
}
