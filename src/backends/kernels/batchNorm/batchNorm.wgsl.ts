import { activated, type Activation, beforeActivation } from "../activation.ts";
import type { Width } from "../runShader.ts";

/** x̂'s ingredients for the element `channel`; statistics are [mean of each channel, variance of each]. */
const standardised = `
  let mean = statistics[channel];
  let inverse = inverseSqrt(statistics[CHANNELS + channel] + EPSILON);`;

/** Mean and variance, once known, with the running ones they move. */
const concludedStatistics = `
  statistics[channel] = mean;
  statistics[CHANNELS + channel] = variance;
  newMean[channel] = KEEP * runningMean[channel] + TAKE * mean;
  newVariance[channel] = KEEP * runningVariance[channel] + TAKE_UNBIASED * variance;`;

/**
 * Mean and sum of squared deviations of every SPLITS-th row, [split, 2, channels]; of all rows, mean and variance. Deviations
 * are taken from the first of these rows, near enough to the mean that squares do not cancel.
 */
export function batchStatisticsShader(width: Width, splits: number): string {
  const type = typeOf(width);
  return `
    let channel = index % CHANNELS;
    let split = index / CHANNELS;
    let shift = ${type}(x[split * CHANNELS + channel]);
    var sum = ${type}();
    var squares = ${type}();
    for (var row = split + SPLITS; row < ROWS + zero; row += SPLITS) {
      let deviation = ${type}(x[row * CHANNELS + channel]) - shift;
      sum += deviation;
      squares = fma(deviation, deviation, squares);
    }
    let count = f32((ROWS - split + SPLITS - 1) / SPLITS);
    let mean = shift + sum / count;
    ${splits === 1
      ? `let variance = max((squares - sum * sum / count) / count, ${type}());
         ${concludedStatistics}`
      : `let at = split * 2 * CHANNELS + channel;
         result[at] = mean;
         result[at + CHANNELS] = squares - sum * sum / count;`}`;
}

/** Joins the parts: the variance is that within them and that of their means (Chan et al. 1979). */
export function joinStatisticsShader(width: Width): string {
  const type = typeOf(width);
  return `
    let channel = index;
    var mean = ${type}();
    var squares = ${type}();
    for (var split = 0; split < SPLITS + zero; split++) {
      mean += f32((ROWS - split + SPLITS - 1) / SPLITS) * partials[split * 2 * CHANNELS + index];
    }
    mean = mean / f32(ROWS);
    for (var split = 0; split < SPLITS + zero; split++) {
      let at = split * 2 * CHANNELS + index;
      let deviation = partials[at] - mean;
      squares += partials[at + CHANNELS] + f32((ROWS - split + SPLITS - 1) / SPLITS) * deviation * deviation;
    }
    let variance = max(squares / f32(ROWS), ${type}());
    ${concludedStatistics}`;
}

export function normaliseShader(width: Width, activation: Activation): string {
  return `
    let channel = index % CHANNELS;
    ${standardised}
    let y = (${typeOf(width)}(x[index]) - mean) * (inverse * gamma[channel]) + beta[channel];
    result[index] = ${activated("y", activation, typeOf(width))};`;
}

/** Σ dy and Σ dy x̂ over every SPLITS-th row, dy before the activation: [split, 2, channels]; of all rows, apart. */
export function gradientSumsShader(width: Width, splits: number, activation: Activation): string {
  const type = typeOf(width);
  return `
    let channel = index % CHANNELS;
    let split = index / CHANNELS;
    ${standardised}
    var sum = ${type}();
    var projected = ${type}();
    for (var row = split; row < ROWS + zero; row += SPLITS) {
      let at = row * CHANNELS + channel;
      let centred = ${type}(x[at]) - mean;
      ${slopeBefore(width, activation, "at")}
      sum += slope;
      projected = fma(slope, centred, projected);
    }
    ${splits === 1
      ? `dbeta[channel] = sum;
         dgamma[channel] = projected * inverse;`
      : `let at = split * 2 * CHANNELS + channel;
         result[at] = sum;
         result[at + CHANNELS] = projected * inverse;`}`;
}

/** Adds the parts up and takes the two sums apart. */
export function joinGradientSumsShader(width: Width): string {
  const type = typeOf(width);
  return `
    var sum = ${type}();
    var projected = ${type}();
    for (var split = 0; split < SPLITS + zero; split++) {
      sum += partials[split * 2 * CHANNELS + index];
      projected += partials[(split * 2 + 1) * CHANNELS + index];
    }
    dbeta[index] = sum;
    dgamma[index] = projected;`;
}

export function inputGradientShader(width: Width, activation: Activation): string {
  return `
    let channel = index % CHANNELS;
    ${standardised}
    let centred = ${typeOf(width)}(x[index]) - mean;
    ${slopeBefore(width, activation, "index")}
    let projection = (dbeta[channel] + centred * inverse * dgamma[channel]) / f32(ROWS);
    result[index] = gamma[channel] * inverse * (slope - projection);`;
}

/** `slope`, the gradient before the activation, whose input is computed once more: it was not kept. */
function slopeBefore(width: Width, activation: Activation, at: string): string {
  const type = typeOf(width);
  if (activation.kind === "none") return `let slope = ${type}(dy[${at}]);`;
  return `
    let before = centred * (inverse * gamma[channel]) + beta[channel];
    let y = ${activated("before", activation, type)};
    let after = ${type}(dy[${at}]);
    let slope = ${beforeActivation("after", "y", activation, type)};`;
}

function typeOf(width: Width): string {
  return width === 4 ? "vec4<f32>" : "f32";
}
