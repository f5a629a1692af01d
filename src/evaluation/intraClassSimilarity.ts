import { checkOptions, integer, optional, satisfies } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { fold, rootKey } from "../math/random/fold.ts";
import { integers } from "../math/random/integers.ts";
import type { Key } from "../math/random/key.ts";
import { sizeOf } from "../math/tensor.ts";
import type { JudgeableSamples } from "./metric.ts";
import { structuralSimilarity, type StructuralSimilarityOptions } from "./structuralSimilarity.ts";

export interface IntraClassSimilarityOptions extends Omit<StructuralSimilarityOptions, "shape"> {
  /** Random pairs looked at in each class; all where there are not more. Default 100, AC-GAN's number. */
  readonly pairs?: number;
  /** Of the pairs. Default 0. */
  readonly seed?: number;
}

export interface IntraClassSimilarity {
  /** Mean over the classes. */
  readonly mean: number;
  /** By class, those with fewer than two samples left out. */
  readonly byClass: ReadonlyMap<number, number>;
}

/**
 * How alike the samples of one class are: the mean MS-SSIM of random pairs of each class. The higher, the less variety; a
 * class whose figure is above that of real samples of the class has (partly) collapsed, which a figure over all classes, and
 * AC-GAN's own class loss, do not show.
 *
 * @param samples images, with labels
 * @throws ConfigurationError for wrong options, samples without labels, or where no class has two samples
 * Reference: Odena, Olah and Shlens 2017, section 4.2. For images of fewer than 176 pixels see `structuralSimilarity`.
 */
export function intraClassSimilarity(samples: JudgeableSamples, options: IntraClassSimilarityOptions = {}): IntraClassSimilarity {
  const { pairs = 100, seed = 0, ...similarityOptions } = options;
  const seedCheck = satisfies("a safe integer >= 0", (value) => Number.isSafeInteger(value) && (value as number) >= 0);
  checkOptions("intraClassSimilarity", { pairs: integer(), seed: optional(seedCheck) }, { pairs, seed });
  const { labels, values, shape, count } = samples;
  const members = new Map<number, number[]>();
  for (let row = 0; row < (labels?.length ?? 0); row++) {
    const rows = members.get(labels![row]!);
    if (rows === undefined) members.set(labels![row]!, [row]);
    else rows.push(row);
  }
  const classes = [...members].filter(([, rows]) => rows.length > 1).sort(([a], [b]) => a - b);
  if (labels?.length !== count || classes.length === 0) {
    throw new ConfigurationError("intraClassSimilarity", [
      { path: "samples.labels", message: `expected ${count}, one for each sample, some class at least twice, got ${labels?.length ?? "none"}` },
    ]);
  }
  const image = (row: number): Float32Array => values.subarray(row * sizeOf(shape), (row + 1) * sizeOf(shape));
  const byClass = new Map(classes.map(([label, rows]) => {
    const chosen = pairsOf(rows, pairs, fold(rootKey(seed), "intraClassSimilarity", label));
    const sum = chosen.reduce((total, [a, b]) => total + structuralSimilarity(image(a), image(b), { ...similarityOptions, shape }), 0);
    return [label, sum / chosen.length];
  }));
  return { mean: [...byClass.values()].reduce((sum, one) => sum + one, 0) / byClass.size, byClass };
}

/** Pairs of different members: all of them, or so many at random. */
function pairsOf(rows: readonly number[], pairs: number, key: Key): readonly (readonly [number, number])[] {
  if ((rows.length * (rows.length - 1)) / 2 <= pairs) return rows.flatMap((a, i) => rows.slice(i + 1).map((b) => [a, b] as const));
  const first = integers(fold(key, "first"), pairs, rows.length);
  const second = integers(fold(key, "second"), pairs, rows.length - 1);
  return Array.from(first, (a, pair) => [rows[a]!, rows[second[pair]! < a ? second[pair]! : second[pair]! + 1]!] as const);
}
