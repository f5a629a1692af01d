import { ConfigurationError } from "../../configuration/configurationError.ts";
import { type Tensor, tf } from "../../math/tensor.ts";
import type { Layer } from "../layer.ts";
import { expectChannels } from "./expectShape.ts";
import { normalisation, type NormalisationOptions, standardise } from "./normalisation.ts";

/** A normalisation whose first rows, so many, are the reference batch. */
export function referenceNormalisation(
  kind: string,
  options: NormalisationOptions,
  normalise: (x: Tensor, rows: number, epsilon: number) => Tensor,
): Layer {
  return normalisation(options, {
    kind,
    affine: true,
    build(input) {
      expectChannels(kind, input);
      return (x, epsilon, { referenceRows }) => {
        if (referenceRows === undefined) {
          const message = "takes its statistics of a reference batch, and there is none; put the layers of this network into referenceBatch({ size, layers })";
          throw new ConfigurationError(kind, [{ path: "", message }]);
        }
        return normalise(x, referenceRows, epsilon);
      };
    },
  });
}

/**
 * The reference rows by their own statistics, every other row by those of the reference batch mixed with its own: with share s,
 * μ = (1 − s) μ_r + s μ_x and σ² = (1 − s)(σ_r² + (μ_r − μ)²) + s (σ_x² + (μ_x − μ)²), the variance of the mixture.
 */
export function normaliseByReference(x: Tensor, rows: number, epsilon: number, share: number): Tensor {
  const reference = tf.slice(x, [0], [rows]);
  const rest = tf.slice(x, [rows]);
  const batchAxes = x.shape.slice(0, -1).map((_, axis) => axis);
  const { mean, variance } = moments(reference, batchAxes);
  return tf.concat([standardise(reference, batchAxes, epsilon), share === 0 ? by(mean, variance) : bySelf()], 0);

  function by(centre: Tensor, spread: Tensor): Tensor {
    return tf.mul(tf.sub(rest, centre), tf.rsqrt(tf.add(spread, epsilon)));
  }

  function bySelf(): Tensor {
    const own = moments(rest, batchAxes.slice(1));
    const centre = tf.add(tf.mul(mean, 1 - share), tf.mul(own.mean, share));
    const around = (moment: Moments, part: number): Tensor =>
      tf.mul(tf.add(moment.variance, tf.square(tf.sub(moment.mean, centre))), part);
    return by(centre, tf.add(around({ mean, variance }, 1 - share), around(own, share)));
  }
}

interface Moments {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** Mean and biased variance, axes kept; of a single value itself and 0. */
function moments(x: Tensor, axes: number[]): Moments {
  if (axes.length === 0) return { mean: x, variance: tf.zerosLike(x) };
  const mean = tf.mean(x, axes, true);
  return { mean, variance: tf.mean(tf.square(tf.sub(x, mean)), axes, true) };
}
