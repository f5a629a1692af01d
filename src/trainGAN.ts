import { checkOptions, group, integer, number, optional, satisfies } from "./configuration/checkOptions.ts";
import { gan, ganChecks, type GanOptions } from "./game/gan.ts";
import type { AnyPlugin, Ordered } from "./game/plugin.ts";
import { drawChecks, drawSamples, type DrawSamplesOptions } from "./probes/drawSamples.ts";
import { measureChecks, measureEvery, type MeasureEveryOptions } from "./probes/measureEvery.ts";
import { averageWeights } from "./steps/averageWeights.ts";
import { discriminatorStep } from "./steps/discriminatorStep.ts";
import { generatorStep } from "./steps/generatorStep.ts";
import { trainUnordered$, type Training } from "./train.ts";

export interface TrainGanOptions<Fields extends string = string, Plugins extends readonly unknown[] = readonly AnyPlugin[]>
  extends GanOptions<Fields> {
  /** Operators over rounds, put before the steps: `[acgan()]`. */
  readonly plugins?: Plugins;
  /** Discriminator turns in a round; default 1. */
  readonly discriminatorTurns?: number;
  /** Average the generator's weights for sampling, with this half-life in rounds; `false` for not at all. Default 500. */
  readonly averaging?: { readonly halfLife: number } | false;
  /** When to draw samples; default never. */
  readonly samples?: DrawSamplesOptions;
  /** When to judge samples, and by which metrics; default never. */
  readonly measurements?: MeasureEveryOptions;
}

/**
 * Trains a GAN as a stream: data, noise and checkpoints feed discriminator and generator turns, and what happens comes
 * out as plain events.
 *
 * A preset of `train$`: plugins, `discriminatorStep`, `generatorStep`, `averageWeights`, `drawSamples`, `measureEvery`, in this order.
 * Cold: every subscription is a run; `share()` it to have many subscribers of one.
 *
 * @throws ConfigurationError naming every wrong option, before anything is allocated. Later failures arrive as a
 * `TrainingFailure` in `error`.
 * @example
 * ```ts
 * trainGAN$({
 *   data: digits({ batchSize: 64 }), noise: gaussian(64), networks: dcgan(), objective: nonSaturating(),
 *   optimizers: adam({ learningRate: 2e-4, beta1: 0.5 }), rounds: 2_000, samples: { every: 250 },
 * }).pipe(sampleGrid("runs/digits"), progressBar()).subscribe();
 * ```
 * @see Goodfellow et al. 2014, "Generative adversarial nets", algorithm 1.
 */
export function trainGAN$<const Fields extends string, const Plugins extends readonly AnyPlugin[] = readonly AnyPlugin[]>(
  options: TrainGanOptions<Fields, Plugins & Ordered<Plugins, Fields>>,
): Training {
  checkOptions("trainGAN$", {
    ...ganChecks,
    plugins: optional(satisfies("a list of plugins", Array.isArray)),
    discriminatorTurns: optional(integer()),
    averaging: optional({ ...group({ halfLife: number({ above: 0 }) }), problems: (value, path) => (value === false ? [] : group({ halfLife: number({ above: 0 }) }).problems(value, path)) }),
    samples: optional(group(drawChecks)),
    measurements: optional(group(measureChecks)),
  }, options);
  const { plugins, discriminatorTurns = 1, averaging = { halfLife: 500 }, samples, measurements, ...rest } = options;
  return trainUnordered$(gan(rest), [
    ...((plugins ?? []) as unknown as readonly AnyPlugin[]),
    discriminatorStep({ times: discriminatorTurns }),
    generatorStep(),
    ...(averaging === false ? [] : [averageWeights({ halfLife: averaging.halfLife })]),
    ...(samples === undefined ? [] : [drawSamples(samples)]),
    ...(measurements === undefined ? [] : [measureEvery(measurements)]),
  ]);
}
