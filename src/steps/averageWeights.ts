import { map } from "rxjs";
import { mixed } from "../backends/kernels/mix/mixed.ts";
import { checkOptions, number, optional, text } from "../configuration/checkOptions.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import { averagesName, averagesOf } from "../game/averages.ts";
import { withCarry, type CarryTree, type Round } from "../game/round.ts";
import { type Tensor, type Tensors, tf } from "../math/tensor.ts";

export interface AverageWeightsOptions {
  /** Default `generator`. */
  readonly network?: string;
  /** Rounds after which a weight's share in the average has halved. Default 500. */
  readonly halfLife?: number;
}

/**
 * Keeps an exponential moving average of a network's parameters and buffers, updated every round: θ̄ ← d θ̄ + (1 − d) θ
 * with d = 2^(−1/halfLife), and d = (1 + t)/(10 + t) while that is smaller, so that early averages are not mostly the
 * initial weights. Training goes on from the raw weights; samples and metrics may use either, and both are saved.
 *
 * Source: Karras et al. 2018, "Progressive growing of GANs", §6.1; the warm-up is TensorFlow's
 * `ExponentialMovingAverage(num_updates)`.
 */
export function averageWeights({ network = "generator", halfLife = 500 }: AverageWeightsOptions = {}): Plugin {
  checkOptions("averageWeights", { network: optional(text), halfLife: optional(number({ above: 0 })) }, { network, halfLife });
  const name = averagesName(network);
  return definePlugin(name, (round$) => round$.pipe(map((round) => withCarry(round, name, averaged(round, network, halfLife)))), {
    options: { network, halfLife },
    carries: [name],
    assemble: (blueprint) => {
      if (blueprint.networks[network] === undefined) {
        throw new RangeError(`no network is named "${network}"; there are ${Object.keys(blueprint.networks).join(", ")}`);
      }
      return blueprint;
    },
  });
}

function averaged(round: Round, network: string, halfLife: number): CarryTree {
  const before = averagesOf(round.carry, network);
  const count = (before?.count ?? 0) + 1;
  const decay = before === undefined ? 0 : Math.min(2 ** (-1 / halfLife), (1 + count) / (10 + count));
  const mix = (averages: Tensors | undefined, values: Tensors): Tensors => tf.tidy(() => averagesAfter(averages, values, decay));
  return {
    count,
    parameters: mix(before?.parameters, round.run.parameters(network)),
    buffers: mix(before?.buffers, round.run.buffers(network)),
  };
}

function averagesAfter(before: Tensors | undefined, values: Tensors, decay: number): { [name: string]: Tensor } {
  const names = Object.keys(values);
  const known = names.filter((name) => before?.[name] !== undefined);
  const averages = mixed(known.map((name) => [before![name]!, values[name]!]), decay, 1 - decay) ??
    known.map((name) => tf.add(tf.mul(before![name]!, decay), tf.mul(values[name]!, 1 - decay)));
  return Object.fromEntries(names.map((name) => {
    const at = known.indexOf(name);
    // Adding 0 makes a tensor of its own: a clone would share the buffer of a weight that is about to move.
    return [name, at < 0 ? tf.add(values[name]!, 0) : averages[at]!];
  }));
}
