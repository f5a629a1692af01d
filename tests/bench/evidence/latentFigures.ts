/** What is measured of codes: how they follow their prior, what they leave empty, and what they tell of the class. */
import { Matrix, solve } from "ml-matrix";
import { kernelDistance } from "../../../src/evaluation/kernelDistance.ts";
import { precisionRecall } from "../../../src/evaluation/precisionRecall.ts";
import { drawFrom, fold, normals, rootKey, type Source } from "../../../src/index.ts";

/** Points or codes, row by row. */
export interface Rows {
  readonly values: Float32Array;
  readonly size: number;
}

/**
 * Every fifth row. Of MNIST's test digits it takes both hands: the first half were written by clerks, the second by pupils, with a
 * sixth more ink (means of 31 and 36 of 255), and an encoder of both, as the training digits are, puts them in different places.
 */
export function everyFifth({ values, size }: Rows): Rows {
  return { values: values.filter((_, i) => Math.floor(i / size) % 5 === 0), size };
}

/** Draws, always the same, of N(row, deviation²): one deviation, or one of each value. */
export function noisy({ values, size }: Rows, deviation: number | Float32Array): Rows {
  const epsilon = normals(fold(rootKey(11), "noisy"), values.length);
  return { values: values.map((value, i) => value + (typeof deviation === "number" ? deviation : deviation[i]!) * epsilon[i]!), size };
}

/** `count` samples of a prior; its points are its first real-valued field. */
export async function priorRows(prior: Source, count: number, size: number, seed: number): Promise<Rows> {
  const { fields } = await drawFrom(prior, count, { seed });
  const values = Object.values(fields).find((field): field is Float32Array => field instanceof Float32Array)!;
  return { values, size };
}

/**
 * The kernel distance of codes to their prior, beside its floor: the root of the mean square of the same estimate between
 * `pairs` pairs of sets of the prior of the same size, whose expectation is 0.
 */
export async function distanceToPrior(codes: Rows, prior: Source, pairs = 8): Promise<{ readonly distance: number; readonly floor: number }> {
  const count = codes.values.length / codes.size;
  const between = (a: Rows, b: Rows): number => kernelDistance(featuresOf(a), featuresOf(b)).value;
  let squares = 0;
  let distance = 0;
  for (let pair = 0; pair < pairs; pair++) {
    const [a, b] = [await priorRows(prior, count, codes.size, 100 + 2 * pair), await priorRows(prior, count, codes.size, 101 + 2 * pair)];
    squares += between(a, b) ** 2;
    // Against the same sets, so that the prior's own chance is averaged out of it.
    distance += between(codes, a) / pairs;
  }
  return { distance, floor: Math.sqrt(squares / pairs) };
}

/**
 * Holes: the share of samples of the prior, in percent, that lie farther from every code than that code's third neighbour among
 * the codes; and the same share of the prior in itself.
 */
export async function holesIn(codes: Rows, prior: Source): Promise<{ readonly holes: number; readonly floor: number }> {
  const count = codes.values.length / codes.size;
  const [asked, other] = [await priorRows(prior, count, codes.size, 200), await priorRows(prior, count, codes.size, 201)];
  const share = (among: Rows): number => 100 * (1 - precisionRecall(featuresOf(among), featuresOf(asked)).precision);
  return { holes: share(codes), floor: share(other) };
}

/**
 * How well a linear probe reads the class from a code, in percent: least squares on indicators with an intercept, fitted on
 * every other row and asked of those between. `chance` is the share of the commonest class.
 */
export function linearProbe({ values, size }: Rows, labels: ArrayLike<number>, classes = 10): { readonly accuracy: number; readonly chance: number } {
  const count = labels.length;
  const row = (i: number): number[] => [...values.subarray(i * size, (i + 1) * size), 1];
  const indicator = (i: number): number[] => Array.from({ length: classes }, (_, k) => (labels[i] === k ? 1 : 0));
  const rows = Array.from({ length: count }, (_, i) => i);
  const [fitted, asked] = [rows.filter((i) => i % 2 === 0), rows.filter((i) => i % 2 === 1)];
  const weights = solve(new Matrix(fitted.map(row)), new Matrix(fitted.map(indicator)), true);
  let right = 0;
  const found = new Array<number>(classes).fill(0);
  for (const i of asked) {
    const scores = new Matrix([row(i)]).mmul(weights).getRow(0);
    if (scores.indexOf(Math.max(...scores)) === labels[i]) right++;
    found[labels[i]!]!++;
  }
  return { accuracy: (100 * right) / asked.length, chance: (100 * Math.max(...found)) / asked.length };
}

function featuresOf({ values, size }: Rows) {
  return { features: values, featureSize: size };
}
