import { map } from "rxjs";
import { checkOptions, optional, satisfies } from "../configuration/checkOptions.ts";
import { withTerm } from "../game/blueprint.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import { withCarry, type Round } from "../game/round.ts";
import type { Seen } from "../game/seen.ts";
import type { Term } from "../game/term.ts";
import { squaredDistance } from "../math/penalties/squaredDistance.ts";
import { type Scheduled, scheduledSpec } from "../math/schedules/schedule.ts";
import { tf, type Tensor, type Tensors } from "../math/tensor.ts";
import { guardedWeight, weightCheck } from "./withPenalty.ts";

export interface HistoricalAveragingOptions {
  /** Default 1, the paper's. */
  readonly weight?: Scheduled;
  /** The network that is held to its past, by the turn that moves it. Default discriminator and generator. */
  readonly networks?: Readonly<Record<string, string>>;
}

/** t, the rounds in a network's means, and the means. */
type History = { readonly rounds: number; readonly means: Tensors };

const NAME = "historicalAveraging";

/**
 * Historical averaging: adds ‖θ − (1/t) Σᵢ θᵢ‖² to each player's loss, θᵢ its parameters at the beginning of round i, this
 * one included. Damps the circling of two players around an equilibrium: in a game that gradient descent follows into an
 * orbit, the mean of the past lies in its middle.
 *
 * Each mean is kept in the carry, as large as the network, and saved with every checkpoint. Put it before the steps; once
 * for each player gives each a weight of its own.
 *
 * @throws ConfigurationError for wrong options
 * @example
 * ```ts
 * train$(game, historicalAveraging({ weight: 0.1, networks: { discriminator: "discriminator" } }), historicalAveraging({ networks: { generator: "generator" } }), …);
 * ```
 * Reference: Salimans et al. 2016, "Improved techniques for training GANs", section 3.3.
 */
export function historicalAveraging(options: HistoricalAveragingOptions = {}): Plugin {
  const isNamed = satisfies("networks by turn, { generator: \"generator\" }", (value) =>
    value !== null && typeof value === "object" && Object.keys(value).length > 0 && Object.values(value).every((name) => typeof name === "string" && name !== ""));
  checkOptions(NAME, { weight: weightCheck, networks: optional(isNamed) }, options);
  const { weight = 1, networks = { discriminator: "discriminator", generator: "generator" } } = options;
  const held = [...new Set(Object.values(networks))];
  const described = { weight: scheduledSpec(weight), networks: { ...networks } };
  const terms = Object.entries(networks).map(([turn, network]) => ({
    network,
    name: `${NAME}/${turn === network ? turn : `${turn}/${network}`}`,
    turn,
    weight: guardedWeight(NAME, "weight", weight),
    spec: { name: NAME, options: described },
  }));
  return definePlugin(
    NAME,
    (round$) =>
      round$.pipe(
        map((round) => {
          const histories = held.map((network): readonly [string, History] => [network, remembered(round, network)]);
          const means = Object.fromEntries(histories.map(([network, history]) => [network, history.means]));
          return {
            ...histories.reduce((carrying, [network, history]) => withCarry(carrying, carried(network), history), round),
            terms: round.terms.map((term) => {
              const own = terms.find(({ name }) => name === term.name);
              return own === undefined ? term : { ...term, of: (seen: Seen) => distance(seen.parameters(own.network), means[own.network]!) };
            }),
          };
        }),
      ),
    {
      options: described,
      carries: held.map(carried),
      assemble(blueprint) {
        for (const [turn, network] of Object.entries(networks)) {
          if (blueprint.networks[network] === undefined) throw new RangeError(`no network is named "${network}"; there are ${Object.keys(blueprint.networks).join(", ")}`);
          if (!blueprint.turns.some(({ name }) => name === turn)) throw new RangeError(`no turn is named "${turn}"; there are ${blueprint.turns.map(({ name }) => name).join(", ")}`);
        }
        return withTerm(blueprint, ...terms.map(({ network: _, ...term }): Term => ({ ...term, of: early })));
      },
    },
  );
}

/** The term as long as no round has passed through the plugin. */
function early(): never {
  throw new RangeError(`${NAME}: expected to stand before the steps that play; put it ahead of them in the list of plugins`);
}

/** The name under which a network's history stands in the carry. */
function carried(network: string): string {
  return `${NAME}(${network})`;
}

function distance(parameters: Tensors, means: Tensors): Tensor {
  const names = Object.keys(means);
  return squaredDistance(names.map((name) => parameters[name]!), names.map((name) => means[name]!));
}

/** A network's history with this round's parameters in it: mean ← mean + (θ − mean) / t. */
function remembered({ carry, run }: Round, network: string): History {
  const before = carry[carried(network)] as History | undefined;
  const rounds = (before?.rounds ?? 0) + 1;
  const means = Object.fromEntries(
    Object.entries(run.parameters(network)).map(([name, value]): [string, Tensor] => {
      const mean = before?.means[name];
      // Adding 0 makes a tensor of its own: a clone would share the buffer of a weight that is about to move.
      return [name, tf.tidy(() => (mean === undefined ? tf.add(value, 0) : tf.add(mean, tf.div(tf.sub(value, mean), rounds))))];
    }),
  );
  return { rounds, means };
}
