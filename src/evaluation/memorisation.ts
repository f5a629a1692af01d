import { comparedRows, type FeatureRows } from "./featureRows.ts";
import type { Features } from "./featureStatistics.ts";
import { squaredDistances } from "./squaredDistances.ts";

/** The nearest neighbour of each row in another set. */
export interface NearestNeighbours {
  /** Row of the other set. */
  readonly rows: Int32Array;
  /** Euclidean. */
  readonly distances: Float64Array;
}

export interface Memorisation {
  /** Each generated sample's nearest training sample: put the two side by side in a picture. */
  readonly nearest: NearestNeighbours;
  /**
   * Chance that a generated sample is nearer to the training set than a held-out real one is, ties half: about ½ of a model
   * that generalises, 1 of one that copies, and below ½ of one that does not reach the data.
   */
  readonly closer: number;
  /** How many standard deviations `closer` is from ½ (Mann and Whitney's test, no ties): above 3 the model copies. */
  readonly z: number;
  /** Share of the generated samples nearer to the training set than every held-out one: likely copies. */
  readonly suspects: number;
}

/**
 * Whether generated samples are copies of the training set: their distances from it against those of real samples that were
 * not trained on. The scores that compare distributions call a model perfect that has learnt its training set by heart.
 *
 * Distances are taken in whatever space the rows are: features of a classifier see copies that were shifted or recoloured,
 * pixels do not.
 *
 * @param training what the model was trained on, or a random part of it
 * @param heldOut real samples it was not trained on
 * @throws ConfigurationError for features that are not whole rows, or of different featureSize
 * Reference: Meehan, Chaudhuri and Dasgupta, "A non-parametric test to detect data-copying in generative models" (2020),
 * section 3, the test over the whole space; its Z_U is −z.
 */
export function memorisation(generated: Features, training: Features, heldOut: Features): Memorisation {
  const [a, train] = comparedRows("memorisation", ["generated", generated], ["training", training]);
  const [b] = comparedRows("memorisation", ["heldOut", heldOut], ["training", training]);
  const nearest = nearestIn(a, train);
  const real = nearestIn(b, train).distances.toSorted();
  let below = 0;
  for (const distance of nearest.distances) {
    // Held-out samples farther away, and half of those just as far.
    below += real.length - (firstAtLeast(real, distance) + firstAbove(real, distance)) / 2;
  }
  const pairs = a.count * b.count;
  return {
    nearest,
    closer: below / pairs,
    z: (below - pairs / 2) / Math.sqrt((pairs * (a.count + b.count + 1)) / 12),
    suspects: nearest.distances.filter((distance) => distance < real[0]!).length / a.count,
  };
}

/**
 * The nearest row of `among` to each row of `features`.
 *
 * @throws ConfigurationError for features that are not whole rows, or of different featureSize
 */
export function nearestNeighbours(features: Features, among: Features): NearestNeighbours {
  return nearestIn(...comparedRows("nearestNeighbours", ["features", features], ["among", among]));
}

function nearestIn(a: FeatureRows, among: FeatureRows): NearestNeighbours {
  const rows = new Int32Array(a.count);
  const found = new Float64Array(a.count);
  squaredDistances(a, among, (row, distances) => {
    let best = 0;
    for (let other = 1; other < distances.length; other++) if (distances[other]! < distances[best]!) best = other;
    rows[row] = best;
    found[row] = Math.sqrt(distances[best]!);
  });
  return { rows, distances: found };
}

function firstAtLeast(sorted: Float64Array, value: number): number {
  return partition(sorted, (one) => one < value);
}

function firstAbove(sorted: Float64Array, value: number): number {
  return partition(sorted, (one) => one <= value);
}

/** How many of the first members `isBefore` holds for. */
function partition(sorted: Float64Array, isBefore: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
