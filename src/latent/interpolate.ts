import { checkOptions, integer, optional, satisfies } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import type { Interpolation } from "./lerp.ts";
import { slerp } from "./slerp.ts";

export interface InterpolateOptions {
  /** How many vectors, the two ends included; at least 2. Default 8. */
  readonly steps?: number;
  /** `slerp` unless told. */
  readonly along?: Interpolation;
}

export interface LatentGridOptions {
  /** Default 8. */
  readonly rows?: number;
  /** Default 8. */
  readonly columns?: number;
  readonly along?: Interpolation;
}

const along = optional(satisfies("an interpolation such as slerp", (value) => typeof value === "function"));

/** The way from one latent vector to another, both included: `[steps, size]`. @throws ConfigurationError */
export function interpolate(from: ArrayLike<number>, to: ArrayLike<number>, options: InterpolateOptions = {}): Float32Array {
  checkOptions("interpolate", { steps: optional(integer(2)), along }, options);
  const { steps = 8, along: way = slerp } = options;
  return rowsOf(steps, from.length, (i) => way(from, to, i / (steps - 1)));
}

/**
 * The square between four latent vectors, row by row from the upper left: `[rows · columns, size]`. The corners are those
 * given, in the order upper left, upper right, lower left, lower right. @throws ConfigurationError
 */
export function latentGrid(
  corners: readonly [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>, ArrayLike<number>],
  options: LatentGridOptions = {},
): Float32Array {
  checkOptions("latentGrid", { rows: optional(integer(2)), columns: optional(integer(2)), along }, options);
  const { rows = 8, columns = 8, along: way = slerp } = options;
  const [upperLeft, upperRight, lowerLeft, lowerRight] = corners;
  return rowsOf(rows * columns, upperLeft.length, (i) => {
    const across = (i % columns) / (columns - 1);
    const down = Math.floor(i / columns) / (rows - 1);
    return way(way(upperLeft, upperRight, across), way(lowerLeft, lowerRight, across), down);
  });
}

/**
 * A way around through several latent vectors and back to the first, which is not repeated at the end:
 * `[stops · steps, size]`. What an animation without end is made of. @throws ConfigurationError
 */
export function latentLoop(stops: readonly ArrayLike<number>[], options: InterpolateOptions = {}): Float32Array {
  checkOptions("latentLoop", { steps: optional(integer()), along }, options);
  const { steps = 8, along: way = slerp } = options;
  const [first] = stops;
  if (first === undefined) throw new ConfigurationError("latentLoop", [{ path: "stops", message: "expected at least one, got none" }]);
  return rowsOf(stops.length * steps, first.length, (i) => {
    const stop = Math.floor(i / steps);
    return way(stops[stop]!, stops[(stop + 1) % stops.length]!, (i % steps) / steps);
  });
}

function rowsOf(count: number, size: number, row: (i: number) => Float32Array): Float32Array {
  const values = new Float32Array(count * size);
  for (let i = 0; i < count; i++) values.set(row(i), i * size);
  return values;
}
