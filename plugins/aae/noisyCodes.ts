import { map } from "rxjs";
import {
  checkOptions, ConfigurationError, definePlugin, either, gaussianNoise, having, number, scheduledAt, scheduledSpec, withNetworkEdit, type Plugin, type Scheduled,
} from "../../src/index.ts";

export interface NoisyCodesOptions {
  /** Standard deviation of a code round what the encoder says. A schedule that begins wide lets the codes say more and more. */
  readonly deviation: Scheduled;
}

/** The setting of the round that holds the deviation. */
const SETTING = "codeNoise";

/**
 * Draws every code from N(encoder(x), deviation²) in training, for the decoder and the discriminator alike: a Gaussian posterior
 * whose width the encoder cannot take away, as it does with one that it learns where nothing but an adversary holds it.
 *
 * A code of n values that follow N(0, I) then holds at most −n ln(deviation) nats. With `supervisedStyle` it has few
 * to spare for the label, which the decoder is told anyway. Outside training the encoder says the mean: what is measured of codes wants noise added.
 *
 * @throws ConfigurationError for wrong options; before the first round where the game's encoder says a deviation of its own (`vae`,
 * or `aae` with `posterior: "gaussian"`), before this plugin or after it
 * @example
 * ```ts
 * train$(autoencoding({ … }), aae({ prior: gaussian(4) }), noisyCodes({ deviation: linearSchedule({ from: 1, to: 0.5, rounds: 2000 }) }),
 *   supervisedStyle(), step("reconstruction"), discriminatorStep(), step("regularisation"));
 * ```
 * Reference: Makhzani et al. 2015, section 2.1 (Gaussian posterior), here of a given width.
 */
export function noisyCodes(options: NoisyCodesOptions): Plugin<never, "codes"> {
  checkOptions("noisyCodes", { deviation: either(number({ minimum: 0 }), having("a schedule", "at")) }, options);
  const { deviation } = options;
  const settingsAt = (index: number) => ({ [SETTING]: scheduledAt(deviation, index) });
  return definePlugin("noisyCodes", (round$) => round$.pipe(map((round) => ({ ...round, settings: { ...round.settings, ...settingsAt(round.index) } }))), {
    options: { deviation: scheduledSpec(deviation) },
    needs: ["codes"],
    assemble: (blueprint) => ({
      ...blueprint,
      ...withNetworkEdit(blueprint, "encoder", {
        spec: { name: "noisyCodes" },
        edit: (plan) => {
          const { codes } = plan.heads;
          if (codes === undefined) return plan; // refused below
          return { ...plan, heads: { ...plan.heads, codes: [...codes, gaussianNoise({ deviation: SETTING, name: SETTING })] } };
        },
        verify: ({ heads }) => {
          if (heads["codes"] !== undefined) return;
          throw new ConfigurationError("noisyCodes", [{ path: "heads", message: `expected an encoder with a head "codes", got ${Object.keys(heads).join(", ")}; take posterior: "deterministic", and no vae` }]);
        },
      }),
      settings: { ...blueprint.settings, ...settingsAt(0) },
    }),
  });
}
