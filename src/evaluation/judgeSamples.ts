import { openDevice } from "../backends/openDevice.ts";
import { checkOptions, integer, optional } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { sizeOf, tf } from "../math/tensor.ts";
import type { FeatureNetwork } from "./featureNetwork.ts";

export interface JudgeSamplesOptions {
  /** Samples on the device at once. Default 250. */
  readonly batchSize?: number;
}

/** What a feature network says of many samples: plain numbers, row by row. */
export interface JudgedSamples {
  readonly count: number;
  /** Length of a row of `probabilities`. */
  readonly classes: number;
  /** Length of a row of `features`. */
  readonly featureSize: number;
  readonly probabilities: Float64Array;
  readonly features: Float64Array;
}

/**
 * Judges samples that are plain numbers (`SamplesDrawn.values`, what `generate` returns, a source's batch), in batches on
 * the device that is open, else on one opened for the purpose. What it returns is in float64, for the arithmetic that
 * follows; it was computed in float32.
 *
 * @param samples one after another, each of the network's shape and range
 * @throws ConfigurationError where the samples do not fit the network's shape
 * @throws DeviceUnavailable where no device can be opened
 */
export async function judgeSamples(
  network: FeatureNetwork,
  samples: Float32Array,
  options: JudgeSamplesOptions = {},
): Promise<JudgedSamples> {
  checkOptions("judgeSamples", { batchSize: optional(integer()) }, options);
  const { batchSize = 250 } = options;
  const { classes, featureSize, shape } = network;
  const size = sizeOf(shape);
  const count = samples.length / size;
  if (count === 0 || !Number.isInteger(count)) {
    throw new ConfigurationError("judgeSamples", [
      { path: "samples", message: `expected a multiple of ${size} numbers (shape [${shape.join(", ")}]), got ${samples.length}` },
    ]);
  }
  const probabilities = new Float64Array(count * classes);
  const features = new Float64Array(count * featureSize);
  const device = await openDevice();
  try {
    for (let first = 0; first < count; first += batchSize) {
      const last = Math.min(first + batchSize, count);
      const judged = tf.tidy(() => {
        const images = tf.tensor(samples.subarray(first * size, last * size), [last - first, ...shape]);
        return { ...network.classify(images) };
      });
      try {
        probabilities.set(await judged.probabilities.data(), first * classes);
        features.set(await judged.features.data(), first * featureSize);
      } finally {
        tf.dispose(judged);
      }
    }
  } finally {
    await device.close();
  }
  return { count, classes, featureSize, probabilities, features };
}
