import { Matrix, solve } from "ml-matrix";
import { checkOptions, number, optional } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { countOfRows } from "./latentRows.ts";
import { dot, lengthOf, unit } from "./vectors.ts";

export interface SeparatingOptions {
  /** Weight λ of ½‖w‖²; 1 / C where others write C. Default 1. */
  readonly regularisation?: number;
}

/** A plane that parts latent vectors with an attribute from those without. */
export interface SeparatingDirection {
  /** The plane's normal, of length 1, towards those with the attribute: `[size]`. */
  readonly direction: Float64Array;
  /** The signed distance of z from the plane is `direction · z + offset`. */
  readonly offset: number;
  /** Share of the given latents that lie on their own side; judge by latents of its own how far that carries. */
  readonly accuracy: number;
}

/**
 * The direction of an attribute latents have or lack: the normal of the plane that logistic regression puts between them,
 * w and b minimising Σ log(1 + exp(−y (w · z + b))) + λ/2 ‖w‖², y = ±1. Solved to rounding by Newton's method.
 *
 * @param latents `[count, size]`
 * @param labels one each: whether it has the attribute
 * @throws ConfigurationError where the counts do not fit, or all labels are the same
 * Reference: Shen et al. 2020, section 3.1 (with a support vector machine in the place of logistic regression).
 */
export function separatingDirection(
  latents: ArrayLike<number>,
  labels: ArrayLike<boolean>,
  options: SeparatingOptions = {},
): SeparatingDirection {
  checkOptions("separatingDirection", { regularisation: optional(number({ above: 0 })) }, options);
  const signs = Float64Array.from(labels, (label) => (label ? 1 : -1));
  const having = signs.filter((sign) => sign > 0).length;
  if (having === 0 || having === signs.length) {
    throw new ConfigurationError("separatingDirection", [{ path: "labels", message: `expected both kinds, got ${having} of ${signs.length} with the attribute` }]);
  }
  const size = latents.length / signs.length;
  countOfRows("separatingDirection", "latents", latents, Number.isInteger(size) && size > 0 ? size : Infinity);
  const { weights, bias } = logisticRegression(latents, signs, size, options.regularisation ?? 1);
  const length = lengthOf(weights);
  const isRight = Array.from(signs, (sign, row) => sign * (dot(weights, rowOf(latents, row, size)) + bias) > 0);
  return {
    direction: unit("separatingDirection", weights),
    offset: bias / length,
    accuracy: isRight.filter(Boolean).length / signs.length,
  };
}

interface Plane {
  readonly weights: Float64Array;
  readonly bias: number;
}

function logisticRegression(latents: ArrayLike<number>, signs: Float64Array, size: number, regularisation: number): Plane {
  let solution = new Float64Array(size + 1);
  let loss = lossOf(solution, latents, signs, regularisation);
  for (let iteration = 0; iteration < 100; iteration++) {
    const { gradient, curvature } = derivatives(solution, latents, signs, regularisation);
    if (lengthOf(gradient) < 1e-10 * signs.length) break;
    const step = solve(curvature, Matrix.columnVector(gradient)).to1DArray();
    // The loss is convex, so that a full step is wrong only for being too long.
    for (let share = 1; share > 1e-8; share /= 2) {
      const next = solution.map((value, i) => value - share * step[i]!);
      const nextLoss = lossOf(next, latents, signs, regularisation);
      if (nextLoss > loss) continue;
      [solution, loss] = [next, nextLoss];
      break;
    }
  }
  return { weights: solution.slice(0, size), bias: solution[size]! };
}

function lossOf(solution: Float64Array, latents: ArrayLike<number>, signs: Float64Array, regularisation: number): number {
  const size = solution.length - 1;
  let loss = 0;
  for (let i = 0; i < size; i++) loss += (regularisation / 2) * solution[i]! ** 2;
  signs.forEach((sign, row) => {
    const margin = sign * scoreOf(solution, latents, row);
    loss += margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin;
  });
  return loss;
}

function derivatives(solution: Float64Array, latents: ArrayLike<number>, signs: Float64Array, regularisation: number) {
  const size = solution.length - 1;
  const gradient = solution.map((value, i) => (i < size ? regularisation * value : 0));
  const curvature = Matrix.diag([...Array.from({ length: size }, () => regularisation), 0]);
  signs.forEach((sign, row) => {
    const wrong = 1 / (1 + Math.exp(sign * scoreOf(solution, latents, row)));
    const at = (i: number): number => (i < size ? latents[row * size + i]! : 1);
    for (let i = 0; i <= size; i++) {
      gradient[i]! -= sign * wrong * at(i);
      for (let j = 0; j <= size; j++) curvature.set(i, j, curvature.get(i, j) + wrong * (1 - wrong) * at(i) * at(j));
    }
  });
  return { gradient, curvature };
}

function scoreOf(solution: Float64Array, latents: ArrayLike<number>, row: number): number {
  const size = solution.length - 1;
  let score = solution[size]!;
  for (let i = 0; i < size; i++) score += solution[i]! * latents[row * size + i]!;
  return score;
}

function rowOf(latents: ArrayLike<number>, row: number, size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => latents[row * size + i]!);
}
