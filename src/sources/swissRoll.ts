import { checkOptions, integer, number, optional } from "../configuration/checkOptions.ts";
import type { Source } from "../game/source.ts";
import { fold } from "../math/random/fold.ts";
import { normals } from "../math/random/normals.ts";
import { uniforms } from "../math/random/uniforms.ts";

export interface SwissRollOptions {
  /** Needed where it is the data of a game; a prior's follows the data. */
  readonly batchSize?: number;
  /** How often it winds round the origin; 2 unless told. */
  readonly turns?: number;
  /** Distance of its outer end from the origin; 3 unless told. */
  readonly radius?: number;
  /** Standard deviation of what is added to each coordinate; 0.05 unless told. */
  readonly deviation?: number;
  /** Pieces of (nearly) the same length it is cut into, the labels; 10 unless told. */
  readonly classes?: number;
}

/**
 * A swiss roll in the plane: a spiral of Archimedes, `x = radius · √u · (cos φ, sin φ)`, `φ = 2π · turns · √u`, u uniform
 * on [0, 1), with a little Gaussian noise. A distribution that is easily drawn from and has no density worth writing down.
 * The root spreads the points evenly along the spiral.
 *
 * Fields `samples` (float32, `[2]`) and `labels` (int32, ⌊u · classes⌋: the piece, from the middle outwards).
 *
 * @throws ConfigurationError
 * Reference: Makhzani et al. 2015, "Adversarial autoencoders", figure 4 (as a prior).
 */
export function swissRoll(options: SwissRollOptions = {}): Source<"samples" | "labels"> {
  const positive = optional(number({ above: 0 }));
  checkOptions("swissRoll", { batchSize: optional(integer()), turns: positive, radius: positive, deviation: optional(number({ minimum: 0 })), classes: optional(integer()) }, options);
  const { batchSize, turns = 2, radius = 3, deviation = 0.05, classes = 10 } = options;
  return {
    spec: { name: "swissRoll", options: { turns, radius, deviation, classes, batchSize: batchSize ?? null } },
    provides: ["samples", "labels"],
    ...(batchSize === undefined ? {} : { batchSize }),
    open: ({ key }) => ({
      fields: { samples: { shape: [2], dtype: "float32" }, labels: { shape: [], dtype: "int32", classes } },
      at: (position, count) => {
        const along = uniforms(fold(key, "along"), count, 0, 1, position);
        const offsets = normals(fold(key, "offset"), count * 2, position * 2);
        const samples = offsets.map((offset, i) => {
          const root = Math.sqrt(along[i >> 1]!);
          const angle = 2 * Math.PI * turns * root;
          return radius * root * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle)) + deviation * offset;
        });
        return { count, fields: { samples, labels: Int32Array.from(along, (u) => Math.floor(u * classes)) } };
      },
    }),
  };
}
