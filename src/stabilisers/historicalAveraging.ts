import { map } from "rxjs";
import { checkOptions, optional, satisfies } from "../configuration/checkOptions.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import { withCarry, type Round } from "../game/round.ts";
import type { Term } from "../game/term.ts";
import { squaredDistance } from "../math/penalties/squaredDistance.ts";
import { type Scheduled, scheduledSpec } from "../math/schedules/schedule.ts";
import { tf, type Tensor, type Tensors } from "../math/tensor.ts";
import { weightCheck } from "./withPenalty.ts";

export interface HistoricalAveragingOptions {
  /** Default 1, the paper's. */
  readonly weight?: Scheduled;
  /** The network that is held to its past, by the turn that moves it. Default discriminator and generator. */
  readonly networks?: Readonly<Record<string, string>>;
}

/** t, the rounds in the means, and the means by network. */
type History = { readonly rounds: number; readonly means: Readonly<Record<string, Tensors>> };

const NAME = "historicalAveraging";

/**
 * Historical averaging: adds ‖θ − (1/t) Σᵢ θᵢ‖² to each player's loss, θᵢ its parameters at the beginning of round i, this
 * one included. Damps the circling of two players around an equilibrium: in a game that gradient descent follows into an
 * orbit, the mean of the past lies in its middle.
 *
 * Each mean is kept in the carry, as large as the network, and saved with every checkpoint.
 *
 * @throws ConfigurationError for wrong options
 * Reference: Salimans et al. 2016, "Improved techniques for training GANs", section 3.3.
 */
export function historicalAveraging(options: HistoricalAveragingOptions = {}): Plugin {
  const isNamed = satisfies("networks by turn, { generator: \"generator\" }", (value) =>
    value !== null && typeof value === "object" && Object.keys(value).length > 0 && Object.values(value).every((name) => typeof name === "string" && name !== ""));
  checkOptions(NAME, { weight: weightCheck, networks: optional(isNamed) }, options);
  const { weight = 1, networks = { discriminator: "discriminator", generator: "generator" } } = options;
  const held = [...new Set(Object.values(networks))];
  return definePlugin(
    NAME,
    (round$) =>
      round$.pipe(
        map((round) => {
          const history = remembered(round, held);
          const terms = Object.entries(networks).map(([turn, network]): Term => ({
            name: `${NAME}/${turn}`,
            turn,
            weight,
            of: (seen) => {
              const means = history.means[network]!;
              const names = Object.keys(means);
              const parameters = seen.parameters(network);
              return squaredDistance(names.map((name) => parameters[name]!), names.map((name) => means[name]!));
            },
          }));
          return { ...withCarry(round, NAME, history), terms: [...round.terms, ...terms] };
        }),
      ),
    {
      options: { weight: scheduledSpec(weight), networks: { ...networks } },
      assemble(blueprint) {
        for (const [turn, network] of Object.entries(networks)) {
          if (blueprint.networks[network] === undefined) throw new RangeError(`no network is named "${network}"; there are ${Object.keys(blueprint.networks).join(", ")}`);
          if (!blueprint.turns.some(({ name }) => name === turn)) throw new RangeError(`no turn is named "${turn}"; there are ${blueprint.turns.map(({ name }) => name).join(", ")}`);
        }
        return blueprint;
      },
    },
  );
}

/** The history with this round's parameters in it: mean ← mean + (θ − mean) / t. */
function remembered(round: Round, networks: readonly string[]): History {
  const before = round.carry[NAME] as History | undefined;
  const rounds = (before?.rounds ?? 0) + 1;
  const means = Object.fromEntries(
    networks.map((network) => [
      network,
      Object.fromEntries(
        Object.entries(round.run.parameters(network)).map(([name, value]): [string, Tensor] => {
          const mean = before?.means[network]?.[name];
          // Adding 0 makes a tensor of its own: a clone would share the buffer of a weight that is about to move.
          return [name, tf.tidy(() => (mean === undefined ? tf.add(value, 0) : tf.add(mean, tf.div(tf.sub(value, mean), rounds))))];
        }),
      ),
    ]),
  );
  return { rounds, means };
}
