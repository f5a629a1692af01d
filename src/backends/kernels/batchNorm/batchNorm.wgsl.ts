import type { Width } from "../runShader.ts";

/** x̂'s ingredients for the element `channel`; statistics are [mean of each channel, variance of each]. */
const standardised = `
  let mean = statistics[channel];
  let inverse = inverseSqrt(statistics[CHANNELS + channel] + EPSILON);`;

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
    let at = split * 2 * CHANNELS + channel;
    result[at] = shift + sum / count;
    result[at + CHANNELS] = ${splits === 1 ? `max((squares - sum * sum / count) / count, ${type}())` : "squares - sum * sum / count"};`;
}

/** Joins the parts: the variance is that within them and that of their means (Chan et al. 1979). */
export function joinStatisticsShader(width: Width): string {
  const type = typeOf(width);
  return `
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
    result[index] = mean;
    result[CHANNELS + index] = max(squares / f32(ROWS), ${type}());`;
}

export function normaliseShader(width: Width): string {
  return `
    let channel = index % CHANNELS;
    ${standardised}
    result[index] = (${typeOf(width)}(x[index]) - mean) * (inverse * gamma[channel]) + beta[channel];`;
}

/** Σ dy and Σ dy x̂ over every SPLITS-th row: [split, 2, channels]. */
export function gradientSumsShader(width: Width): string {
  const type = typeOf(width);
  return `
    let channel = index % CHANNELS;
    let split = index / CHANNELS;
    ${standardised}
    var sum = ${type}();
    var projected = ${type}();
    for (var row = split; row < ROWS + zero; row += SPLITS) {
      let at = row * CHANNELS + channel;
      let slope = ${type}(dy[at]);
      sum += slope;
      projected = fma(slope, ${type}(x[at]) - mean, projected);
    }
    let at = split * 2 * CHANNELS + channel;
    result[at] = sum;
    result[at + CHANNELS] = projected * inverse;`;
}

export function inputGradientShader(width: Width): string {
  const type = typeOf(width);
  return `
    let channel = index % CHANNELS;
    ${standardised}
    let standard = (${type}(x[index]) - mean) * inverse;
    let projection = (sums[channel] + standard * sums[CHANNELS + channel]) / f32(ROWS);
    result[index] = gamma[channel] * inverse * (${type}(dy[index]) - projection);`;
}

function typeOf(width: Width): string {
  return width === 4 ? "vec4<f32>" : "f32";
}
