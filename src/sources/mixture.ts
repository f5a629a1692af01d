import { type Check, checkOptions, integer, listOf, number, optional, satisfies } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import type { Source } from "../game/source.ts";
import { fold } from "../math/random/fold.ts";
import { integers } from "../math/random/integers.ts";
import { normals } from "../math/random/normals.ts";
import { byWeight, type Choose } from "./chooseByWeight.ts";

/** A point of the plane. */
export type Point = readonly [number, number];

export interface RingOptions {
  readonly batchSize: number;
  /** Modes on the ring; 8 unless told. */
  readonly count?: number;
  /** 1 unless told. */
  readonly radius?: number;
  /** Standard deviation of each mode, the same in both directions; 0.01 unless told. */
  readonly deviation?: number;
}

export interface GridOptions {
  readonly batchSize: number;
  /** Modes per side; 5 unless told. */
  readonly side?: number;
  /** Distance of neighbours; 2 unless told, which puts five at −4, −2, 0, 2, 4. */
  readonly spacing?: number;
  /** Standard deviation of each mode, the same in both directions; 0.05 unless told. */
  readonly deviation?: number;
}

export interface MixtureOptions {
  readonly batchSize: number;
  readonly deviation: number;
  /** How likely each mode is, up to a common factor; all alike unless told. */
  readonly weights?: readonly number[];
}

/** A mixture is its own ground truth: evaluation reads the modes from the source. */
export interface MixtureSource extends Source<"samples" | "labels"> {
  readonly modes: readonly Point[];
  readonly deviation: number;
  /** Chance of each mode; they sum to 1. */
  readonly weights: readonly number[];
}

/**
 * A mixture of round Gaussians in the plane: choose a mode, then `x = mode + deviation · N(0, I)`. Endless and drawn on
 * the fly, so nothing can be learnt by heart.
 *
 * Fields `samples` (float32, `[2]`) and `labels` (int32, the mode's index). `"ring"`: mode *k* of *n* at the angle
 * 2π·k/n; the end point is not repeated, as it is in the published demo whose ring of "8" has 7 modes, one of them twice
 * as heavy. `"grid"`: row by row from the lower left. Defaults are those of the published comparisons of mode collapse.
 *
 * Reference: Lin, Khetan, Fanti, Oh, "PacGAN" (2018), section 4.1 (ring: radius 1, σ 0.01; grid: 5 × 5, σ 0.05).
 *
 * @throws ConfigurationError
 * @example
 * ```ts
 * mixture("ring", { batchSize: 256 });
 * mixture([[-1, 0], [1, 0]], { deviation: 0.1, weights: [3, 1], batchSize: 256 });
 * ```
 */
export function mixture(modes: "ring", options: RingOptions): MixtureSource;
export function mixture(modes: "grid", options: GridOptions): MixtureSource;
export function mixture(modes: readonly Point[], options: MixtureOptions): MixtureSource;
export function mixture(modes: "ring" | "grid" | readonly Point[], options: RingOptions | GridOptions | MixtureOptions): MixtureSource {
  if (modes === "ring") return ring(options as RingOptions);
  if (modes === "grid") return grid(options as GridOptions);
  return custom(modes, options as MixtureOptions);
}

const deviationCheck = number({ above: 0 });
const finite = number();
const point: Check = satisfies(
  "a point [x, y]",
  (value) => Array.isArray(value) && value.length === 2 && value.every((x) => finite.problems(x, "").length === 0),
);

function ring(options: RingOptions): MixtureSource {
  checkOptions("mixture", {
    batchSize: integer(),
    count: optional(integer()),
    radius: optional(number({ above: 0 })),
    deviation: optional(deviationCheck),
  }, options);
  const { batchSize, count = 8, radius = 1, deviation = 0.01 } = options;
  const modes = Array.from({ length: count }, (_, k): Point => {
    const angle = (2 * Math.PI * k) / count;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  return mixtureOf(modes, deviation, undefined, batchSize, { modes: "ring", count, radius });
}

function grid(options: GridOptions): MixtureSource {
  checkOptions("mixture", {
    batchSize: integer(),
    side: optional(integer()),
    spacing: optional(number({ above: 0 })),
    deviation: optional(deviationCheck),
  }, options);
  const { batchSize, side = 5, spacing = 2, deviation = 0.05 } = options;
  const at = (index: number): number => (index - (side - 1) / 2) * spacing;
  const modes = Array.from({ length: side * side }, (_, k): Point => [at(k % side), at(Math.floor(k / side))]);
  return mixtureOf(modes, deviation, undefined, batchSize, { modes: "grid", side, spacing });
}

function custom(modes: readonly Point[], options: MixtureOptions): MixtureSource {
  checkOptions(
    "mixture",
    { modes: listOf(point, 1), batchSize: integer(), deviation: deviationCheck, weights: optional(listOf(number({ minimum: 0 }))) },
    { ...options, modes },
  );
  const { batchSize, deviation, weights } = options;
  if (weights !== undefined && (weights.length !== modes.length || weights.every((weight) => weight === 0))) {
    throw new ConfigurationError("mixture", [{
      path: "weights",
      message: `expected one for each of the ${modes.length} modes, not all 0, got ${JSON.stringify(weights)}`,
    }]);
  }
  return mixtureOf(modes, deviation, weights, batchSize, {
    modes: modes.map(([x, y]) => [x, y]),
    weights: weights === undefined ? null : [...weights],
  });
}

function mixtureOf(
  modes: readonly Point[],
  deviation: number,
  weights: readonly number[] | undefined,
  batchSize: number,
  settings: NonNullable<Source["spec"]["options"]>,
): MixtureSource {
  const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? modes.length;
  const chances = modes.map((_, k) => (weights?.[k] ?? 1) / total);
  const choose = weights === undefined ? equally(modes.length) : byWeight(chances);
  return {
    spec: { name: "mixture", options: { ...settings, deviation, batchSize } },
    provides: ["samples", "labels"],
    batchSize,
    modes,
    deviation,
    weights: chances,
    open: ({ key }) => {
      const modeKey = fold(key, "mode");
      const offsetKey = fold(key, "offset");
      return {
        fields: { samples: { shape: [2], dtype: "float32" }, labels: { shape: [], dtype: "int32", classes: modes.length } },
        at: (position, count) => {
          const labels = choose(modeKey, count, position);
          const offsets = normals(offsetKey, count * 2, position * 2);
          const samples = offsets.map((offset, i) => modes[labels[i >> 1]!]![(i & 1) as 0 | 1] + deviation * offset);
          return { count, fields: { samples, labels } };
        },
      };
    },
  };
}

function equally(modes: number): Choose {
  return (key, count, first) => integers(key, count, modes, first);
}
