import { checkOptions, either, number, optional, text } from "../../configuration/checkOptions.ts";
import { normalTensor } from "../../math/random/normalTensor.ts";
import { tf } from "../../math/tensor.ts";
import type { Layer } from "../layer.ts";
import { layerSpec } from "./layerSpec.ts";

export interface GaussianNoiseOptions {
  /** Standard deviation of the noise; or the name of a setting of the round that holds it, so that it can be annealed. */
  readonly deviation: number | string;
  readonly name?: string;
}

/**
 * In training adds `deviation` · N(0, 1) to every value; otherwise the identity. The noise is a function of the pass's key and
 * the layer's name alone: the same after a resume and, to `normalTensor`'s tolerance, on every backend; another in every pass.
 *
 * @throws ConfigurationError for a negative deviation; a RangeError in the first pass where the round has no such setting.
 * Reference: Salimans et al. 2016, section 6.1 (on the output of every layer of the discriminator).
 * @example
 * ```ts
 * gaussianNoise({ deviation: "hiddenNoise" }); // with a plugin that sets round.settings.hiddenNoise
 * ```
 */
export function gaussianNoise(options: GaussianNoiseOptions): Layer {
  checkOptions("gaussianNoise", { deviation: either(number({ minimum: 0 }), text), name: optional(text) }, options);
  const { deviation } = options;
  return {
    ...layerSpec("gaussianNoise", { deviation }, options.name),
    build: (input) => ({
      output: input,
      apply(x, { mode }) {
        if (!mode.isTraining) return x;
        const scale = typeof deviation === "number" ? deviation : settingOf(mode.settings, deviation);
        if (scale === 0) return x;
        return tf.add(x, normalTensor(mode.key, x.shape, { deviation: scale }));
      },
    }),
  };
}

function settingOf(settings: Readonly<Record<string, number>>, name: string): number {
  const value = settings[name];
  if (value !== undefined && value >= 0) return value;
  const known = Object.keys(settings).join(", ");
  throw new RangeError(
    `gaussianNoise: expected a setting "${name}" >= 0, got ${value === undefined ? "none of that name" : value} (the round has ${known || "no settings"}); give it in the blueprint's settings or set it in a plugin`,
  );
}
