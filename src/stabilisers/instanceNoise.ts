import { map } from "rxjs";
import { checkOptions, number } from "../configuration/checkOptions.ts";
import { withView } from "../game/blueprint.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import { normalTensor } from "../math/random/normalTensor.ts";
import { guarded } from "../math/schedules/guarded.ts";
import { scheduledAt, scheduledSpec, type Scheduled } from "../math/schedules/schedule.ts";
import { scheduled } from "../math/schedules/scheduled.ts";
import { tf } from "../math/tensor.ts";

export interface InstanceNoiseOptions {
  /** Standard deviation ≥ 0, in units of the samples: a number, or a schedule that anneals it, say to 0. */
  readonly deviation: Scheduled;
}

const deviationOfRound = number({ minimum: 0 });

/**
 * Adds Gaussian noise to every sample the discriminator sees, real and generated, in both players' turns. It widens two
 * distributions that do not touch until they overlap, so that the discriminator's gradient says something; annealed to
 * 0, the game ends as the one without.
 *
 * x + σ ε, ε ~ N(0, I), fresh for each side, turn and repetition; other fields stay. The round's setting `instanceNoise`
 * is σ, so that `gaussianNoise({ deviation: "instanceNoise" })` between the discriminator's layers is annealed with it.
 *
 * @throws ConfigurationError for wrong options
 * @example
 * ```ts
 * instanceNoise({ deviation: linearSchedule({ from: 0.1, to: 0, rounds: 10_000 }) });
 * ```
 * Reference: Sønderby et al. 2017, "Amortised MAP inference for image super-resolution", section 3.4; Arjovsky & Bottou 2017.
 */
export function instanceNoise(options: InstanceNoiseOptions): Plugin {
  checkOptions("instanceNoise", { deviation: scheduled(deviationOfRound) }, options);
  const deviation = guarded("instanceNoise", "deviation", options.deviation, deviationOfRound);
  const spec = { deviation: scheduledSpec(deviation) };
  return definePlugin(
    "instanceNoise",
    (round$) => round$.pipe(map((round) => ({ ...round, settings: { ...round.settings, instanceNoise: scheduledAt(deviation, round.index) } }))),
    {
      options: spec,
      assemble: (blueprint) =>
        withView({ ...blueprint, settings: { ...blueprint.settings, instanceNoise: scheduledAt(deviation, 0) } }, {
          name: "instanceNoise",
          spec: { name: "instanceNoise", options: spec },
          of: (record, { key, index }) => {
            const sigma = scheduledAt(deviation, index);
            const samples = record["samples"];
            if (sigma === 0 || samples === undefined) return record;
            return { ...record, samples: tf.add(samples, normalTensor(key, samples.shape, { deviation: sigma })) };
          },
        }),
    },
  );
}
