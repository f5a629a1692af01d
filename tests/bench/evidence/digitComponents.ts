/** How far test digits lie from training digits before anything is trained: what no encoder of the training digits can mend. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { array, digits, drawFrom, type Source } from "../../../src/index.ts";
import { distanceToPrior, everyFifth, type Rows } from "./latentFigures.ts";
import type { Measured } from "./table.ts";

const PIXELS = 784;
/** Training digits that stand for all of them, drawn at random. */
const COUNT = 12_000;

/** Training digits as points, with what projects others beside them. */
interface Components {
  readonly points: Source<"samples">;
  readonly project: (digits: Float32Array) => Rows;
  /** 2,000 more training digits. */
  readonly others: Float32Array;
}

async function componentsOf(size: number): Promise<Components> {
  const training = (await drawFrom(digits({ batchSize: 100 }), COUNT + 2_000)).fields.samples as Float32Array;
  const project = whitened(training.subarray(0, COUNT * PIXELS), size);
  const { values } = project(training.subarray(0, COUNT * PIXELS));
  const points = array({ samples: Array.from({ length: COUNT }, (_, row) => [...values.subarray(row * size, (row + 1) * size)]), shape: [size], batchSize: 100 });
  return { points, project, others: training.subarray(COUNT * PIXELS) };
}

/** Training digits in their first principal components, each of unit variance: a data set of points, to be a prior. */
export async function componentPoints(size: number): Promise<Source<"samples">> {
  return (await componentsOf(size)).points;
}

/**
 * The kernel distance of test digits to training digits in their first principal components, each of unit variance: as codes of an
 * encoder that puts the training digits exactly on their "prior", themselves. Floor and ratios as of codes.
 */
export async function digitComponents(size: number): Promise<Measured> {
  const { points, project, others } = await componentsOf(size);
  const test = project((await drawFrom(digits({ batchSize: 100, split: "test", shuffle: false }), 10_000)).fields.samples as Float32Array);
  const { distance, floor } = await distanceToPrior(everyFifth(test), points);
  const ratio = async (rows: Rows): Promise<number> => (await distanceToPrior(rows, points)).distance / floor;
  return {
    kid: distance, kidFloor: floor, kidRatio: distance / floor,
    trainedRatio: await ratio(project(others)),
    firstHandRatio: await ratio({ values: test.values.subarray(0, 2_000 * size), size }),
  };
}

/** The projection on the first principal components of some digits, each scaled to unit variance on them. */
function whitened(samples: Float32Array, size: number): (digits: Float32Array) => Rows {
  const rows = matrixOf(samples);
  const means = rows.mean("column");
  // 3,000 tell the directions well enough; the scale is of all.
  const some = rows.subMatrix(0, 2_999, 0, PIXELS - 1).subRowVector(means);
  const { eigenvectorMatrix } = new EigenvalueDecomposition(some.transpose().mmul(some), { assumeSymmetric: true });
  const directions = eigenvectorMatrix.subMatrix(0, PIXELS - 1, PIXELS - size, PIXELS - 1);
  const deviations = rows.clone().subRowVector(means).mmul(directions).standardDeviation("column");
  return (digits) => ({ values: Float32Array.from(matrixOf(digits).subRowVector(means).mmul(directions).divRowVector(deviations).to1DArray()), size });
}

function matrixOf(samples: Float32Array): Matrix {
  return new Matrix(Array.from({ length: samples.length / PIXELS }, (_, row) => samples.subarray(row * PIXELS, (row + 1) * PIXELS) as unknown as number[]));
}
