import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { checkOptions, integer, number } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { featureRows, type FeatureRows } from "./featureRows.ts";
import type { Features } from "./featureStatistics.ts";
import { minimise } from "./minimise.ts";

/** A linear function of features that was fitted. */
export interface LinearProbe {
  /** `[featureSize, outputs]` */
  readonly weights: Float64Array;
  readonly intercepts: Float64Array;
  /**
   * Of features of the same kind, `[count, outputs]`: probabilities of the classes, or targets.
   *
   * @throws ConfigurationError for features of another size
   */
  predict(features: Features): Float64Array;
}

/**
 * A linear classifier on features, multinomial logistic regression: the least of
 *
 * Σ −log softmax(W x + b)_label + penalty / 2 · |W|²,
 *
 * with no penalty on b. What a linear probe tells right, the features hold ready; it learns nothing of its own.
 *
 * @param labels 0 … classes − 1, one for each row
 * @param penalty above 0, or there is no least point where the classes can be parted; scikit-learn's 1 / C
 * @param tolerance how small the gradient must have become, beside what it was at the start
 * @throws ConfigurationError for wrong options, features that are not whole rows, or labels out of range
 */
export function logisticProbe(features: Features, labels: ArrayLike<number>, classes: number, penalty = 1, tolerance = 1e-9): LinearProbe {
  const data = featureRows("logisticProbe", "features", features);
  checkOptions("logisticProbe", { classes: integer(2), penalty: number({ above: 0 }), tolerance: number({ above: 0 }) }, { classes, penalty, tolerance });
  const { rows, count, featureSize } = data;
  const wrong = Array.from(labels).find((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (labels.length !== count || wrong !== undefined) {
    throw new ConfigurationError("logisticProbe", [{
      path: "labels",
      message: `expected ${count} integers from 0 to ${classes - 1}, got ${wrong === undefined ? `${labels.length}` : wrong}`,
    }]);
  }
  const size = featureSize * classes;
  const scores = new Float64Array(classes);
  const fitted = minimise((point, gradient) => {
    let loss = 0;
    gradient.fill(0);
    for (let row = 0; row < count; row++) {
      scoresOf(rows, row, featureSize, point.subarray(0, size), point.subarray(size), scores);
      const own = scores[labels[row]!]!;
      const logSum = softmaxInPlace(scores);
      loss += logSum - own;
      scores[labels[row]!]! -= 1;
      for (let i = 0; i < featureSize; i++) {
        const value = rows[row * featureSize + i]!;
        if (value === 0) continue;
        for (let k = 0; k < classes; k++) gradient[i * classes + k]! += value * scores[k]!;
      }
      for (let k = 0; k < classes; k++) gradient[size + k]! += scores[k]!;
    }
    for (let i = 0; i < size; i++) {
      loss += (penalty / 2) * point[i]! ** 2;
      gradient[i]! += penalty * point[i]!;
    }
    return loss;
  }, new Float64Array(size + classes), tolerance);
  return probeOf("logisticProbe", fitted.slice(0, size), fitted.slice(size), (outputs) => softmaxInPlace(outputs));
}

/**
 * A linear regression on features with a ridge: the least of |W x + b − t|² summed, + penalty · |W|², with no penalty on b.
 * Solved by Cholesky's decomposition of whichever is smaller, features times features or rows times rows.
 *
 * @param targets `[count, outputs]`
 * @param penalty above 0; scikit-learn's alpha
 * @throws ConfigurationError for wrong options, features that are not whole rows, or targets that are not
 */
export function ridgeProbe(features: Features, targets: ArrayLike<number>, penalty = 1): LinearProbe {
  const data = featureRows("ridgeProbe", "features", features);
  checkOptions("ridgeProbe", { penalty: number({ above: 0 }) }, { penalty });
  const outputs = targets.length / data.count;
  if (!(outputs >= 1 && Number.isInteger(outputs) && Array.from(targets).every(Number.isFinite))) {
    throw new ConfigurationError("ridgeProbe", [{ path: "targets", message: `expected finite numbers, as many for each of ${data.count} rows, got ${targets.length}` }]);
  }
  const [x, y] = [Matrix.from1DArray(data.count, data.featureSize, data.rows), Matrix.from1DArray(data.count, outputs, Array.from(targets))];
  const [meanX, meanY] = [x.mean("column"), y.mean("column")];
  x.subRowVector(meanX);
  y.subRowVector(meanY);
  const transposed = x.transpose();
  const solve = (gram: Matrix, right: Matrix): Matrix => {
    for (let i = 0; i < gram.rows; i++) gram.set(i, i, gram.get(i, i) + penalty);
    return new CholeskyDecomposition(gram).solve(right);
  };
  const weights = data.featureSize <= data.count ? solve(transposed.mmul(x), transposed.mmul(y)) : transposed.mmul(solve(x.mmul(transposed), y));
  const intercepts = Matrix.rowVector(meanY).sub(Matrix.rowVector(meanX).mmul(weights));
  return probeOf("ridgeProbe", Float64Array.from(weights.to1DArray()), Float64Array.from(intercepts.to1DArray()), () => undefined);
}

/** Share of the rows whose likeliest class is their label. */
export function probeAccuracy(probe: LinearProbe, features: Features, labels: ArrayLike<number>): number {
  const found = probe.predict(features);
  const classes = probe.intercepts.length;
  let right = 0;
  for (let row = 0; row < labels.length; row++) {
    const own = found.subarray(row * classes, (row + 1) * classes);
    if (own.indexOf(Math.max(...own)) === labels[row]) right++;
  }
  return right / labels.length;
}

function probeOf(owner: string, weights: Float64Array, intercepts: Float64Array, finish: (outputs: Float64Array) => void): LinearProbe {
  const outputs = intercepts.length;
  return {
    weights,
    intercepts,
    predict(features) {
      const { rows, count, featureSize } = featureRows(owner, "features", features);
      if (featureSize * outputs !== weights.length) {
        throw new ConfigurationError(owner, [{ path: "features", message: `expected ${weights.length / outputs} features in a row, got ${featureSize}` }]);
      }
      const found = new Float64Array(count * outputs);
      for (let row = 0; row < count; row++) {
        const own = found.subarray(row * outputs, (row + 1) * outputs);
        scoresOf(rows, row, featureSize, weights, intercepts, own);
        finish(own);
      }
      return found;
    },
  };
}

/** W x + b of one row. */
function scoresOf(rows: FeatureRows["rows"], row: number, featureSize: number, weights: Float64Array, intercepts: Float64Array, scores: Float64Array): void {
  scores.set(intercepts);
  const outputs = scores.length;
  for (let i = 0; i < featureSize; i++) {
    const value = rows[row * featureSize + i]!;
    // Rectified features are mostly 0.
    if (value === 0) continue;
    for (let k = 0; k < outputs; k++) scores[k]! += value * weights[i * outputs + k]!;
  }
}

/** Makes probabilities of scores; returns log Σ exp(score). */
function softmaxInPlace(scores: Float64Array): number {
  const most = Math.max(...scores);
  let sum = 0;
  for (let k = 0; k < scores.length; k++) {
    scores[k] = Math.exp(scores[k]! - most);
    sum += scores[k]!;
  }
  for (let k = 0; k < scores.length; k++) scores[k]! /= sum;
  return most + Math.log(sum);
}
