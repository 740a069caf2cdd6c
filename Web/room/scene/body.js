import { ball, limb, melted, mirrored, painted, sculpt } from "./sculpture.js";

/**
 * What carries a head: an avatar ends at the collar. Built about the point between the eyes of
 * somebody who sits: metres, y up, z where they face, x to their left.
 */

/** Cloth: soft against the light. */
const cloth = `vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  float weave = 0.94 + 0.12 * noise(p * 420.0);
  vec3 m = normalize(n + 0.16 * (vec3(
    clouds(p.xy * 9.0 + p.z * 7.0), clouds(p.yz * 8.0), clouds(p.zx * 9.0 + p.y * 5.0)) - 0.5));
  float rim = pow(1.0 - max(dot(m, toEye), 0.0), 3.0);
  return tint * weave * lightOn(m, p) + 0.2 * rim * (0.05 + tint) * (skyColor + lampsOn(m, p));
}`;

const skinned = `vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  vec3 light = lightOn(n, p);
  // Light comes back out of skin a little further on, and redder.
  return tint * (0.85 * light + 0.15 * vec3(1.0, 0.75, 0.65) * length(light) * 0.577);
}`;

/** From a sitting person's feet to a standing one's: upwards and forwards. */
const standingFeet = [-0.45, -0.41];

/**
 * @typedef {Record<"upper" | "lower" | "legs" | "hands" | "shoes" | "neck" | "head", object>} BodyShapes
 * of `sculpt`
 */

/** Shapes all that bodies are made of; this takes up to half a second. @returns {BodyShapes} */
export function shapeBodies() {
  return {
    upper: sculpt(melted(0.03,
      melted(0.06,
        ball([0, -0.37, -0.108], [0.162, 0.19, 0.116]),
        mirrored(limb([0, -0.225, -0.105], [0.125, -0.226, -0.105], 0.062, 0.057)),
        mirrored(limb([0.02, -0.168, -0.095], [0.12, -0.206, -0.1], 0.044, 0.044)),
        ball([0, -0.58, -0.115], [0.158, 0.2, 0.122])),
      mirrored(melted(0.02, limb([0.152, -0.235, -0.108], [0.216, -0.5, -0.09], 0.052, 0.041),
        limb([0.216, -0.505, -0.088], [0.13, -0.612, 0.16], 0.043, 0.034)))),
    [[-0.29, -0.8, -0.27], [0.29, -0.12, 0.22]], 0.0125),
    lower: sculpt(mirrored(melted(0.04,
      ball([0, -0.71, -0.1], [0.18, 0.1, 0.15]),
      limb([0.085, -0.7, -0.06], [0.112, -0.685, 0.33], 0.086, 0.064),
      limb([0.112, -0.69, 0.335], [0.118, -1.1, 0.3], 0.06, 0.045))),
    [[-0.22, -1.16, -0.28], [0.22, -0.58, 0.42]], 0.016),
    legs: sculpt(mirrored(melted(0.04,
      ball([0, -0.73, -0.105], [0.15, 0.13, 0.115]),
      limb([0.08, -0.76, -0.1], [0.1, -1.16, -0.09], 0.078, 0.06),
      limb([0.1, -1.16, -0.09], [0.105, -1.57, -0.11], 0.06, 0.048))),
    [[-0.22, -1.63, -0.26], [0.22, -0.6, 0.06]], 0.018),
    hands: sculpt(mirrored(melted(0.02,
      ball([0.112, -0.625, 0.205], [0.032, 0.021, 0.055]),
      limb([0.09, -0.622, 0.18], [0.08, -0.622, 0.215], 0.014, 0.011))),
    [[-0.16, -0.66, 0.13], [0.16, -0.58, 0.28]], 0.008),
    shoes: sculpt(mirrored(melted(0.03,
      ball([0.125, -1.165, 0.4], [0.045, 0.034, 0.12]), limb([0.12, -1.11, 0.31],
        [0.12, -1.165, 0.31], 0.042, 0.034))),
    [[-0.19, -1.2, 0.24], [0.19, -1.05, 0.54]], 0.012),
    neck: sculpt(limb([0, -0.165, -0.086], [0, -0.2, -0.095], 0.05, 0.06),
      [[-0.08, -0.28, -0.18], [0.08, -0.04, 0]], 0.012),
    head: sculpt(melted(0.05,
      ball([0, 0.018, -0.085], [0.077, 0.1, 0.098]),
      ball([0, -0.055, -0.045], [0.054, 0.068, 0.06]),
      limb([0, -0.09, -0.09], [0, -0.18, -0.1], 0.05, 0.05)),
    [[-0.1, -0.27, -0.21], [0.1, 0.14, 0.05]], 0.0115),
  };
}

/** Dark cloth still shows its folds. */
const lifted = (color) => {
  const light = Math.max(...color), least = 62;
  return light >= least ? color : color.map((v) => (v * least) / Math.max(light, 12));
};

/** Shoulders, chest and arms. @param {BodyShapes} shapes @param {number[]} color */
export const upperBody = (shapes, color) => painted(
  shapes.upper, lifted(color), { surface: cloth }, 0.6);

/**
 * Lap and legs, or legs.
 * @param {BodyShapes} shapes
 * @param {number[]} color
 * @param {boolean} isStanding
 */
export const lowerBody = (shapes, color, isStanding) => painted(
  isStanding ? shapes.legs : shapes.lower, color, { surface: cloth });

/** @param {BodyShapes} shapes @param {number[]} color */
export const hands = (shapes, color) => painted(shapes.hands, color, { surface: skinned });

/** @param {BodyShapes} shapes @param {number[]} color @param {boolean} isStanding */
export function shoes(shapes, color, isStanding) {
  const { positions, ...rest } = shapes.shoes;
  const [down, back] = isStanding ? standingFeet : [0, 0];
  const moved = positions.map((v, i) => v + (i % 3 === 1 ? down : i % 3 === 2 ? back : 0));
  return painted({ positions: moved, ...rest }, color, { surface: cloth });
}

/** What an avatar's neck fades into. @param {BodyShapes} shapes @param {number[]} color */
export const neck = (shapes, color) => painted(
  shapes.neck, color.map((v) => v * 0.72), { surface: skinned });

/**
 * A calm head without a face, for who has no avatar: it turns with the head's pose.
 * @param {BodyShapes} shapes
 * @param {number[]} color
 */
export const plainHead = (shapes, color) => painted(shapes.head, color, { surface: skinned });
