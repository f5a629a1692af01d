import { map } from "rxjs";
import { gan } from "../../src/game/gan.ts";
import type { Game } from "../../src/game/game.ts";
import { definePlugin, type Plugin } from "../../src/game/plugin.ts";
import type { Objective } from "../../src/math/objectives/objective.ts";
import { tf } from "../../src/math/tensor.ts";
import { zeros } from "../../src/networks/initializers/constant.ts";
import type { Initializer } from "../../src/networks/layer.ts";
import { dense } from "../../src/networks/layers/dense.ts";
import type { Optimizer } from "../../src/networks/optimizer.ts";
import { sgd } from "../../src/networks/optimizers/sgd.ts";
import { array } from "../../src/sources/array.ts";
import { gaussian } from "../../src/sources/noise.ts";

/** An objective without pull, so that a stabiliser is all that moves the players. */
const indifferent: Objective = {
  spec: { name: "indifferent" },
  generatorSeesReal: false,
  discriminator: ({ real, fake }) => tf.mul(tf.add(tf.mean(real), tf.mean(fake)), 0),
  generator: ({ fake }) => tf.mul(tf.mean(fake), 0),
};

/** Initial weights of the critic; their norm is 5. */
export const START = [3, 4];
const given: Initializer = { spec: { name: "given" }, values: () => Float32Array.from(START) };

export interface LinearOptions {
  readonly rounds: number;
  readonly optimizer?: Optimizer;
  readonly objective?: Objective;
}

/** A GAN on points whose critic is D(x) = ⟨w, x⟩ + b with w = (3, 4), whose gradient is w at every point; on cpu. */
export function linearGame({ rounds, optimizer = sgd({ learningRate: 0.1 }), objective = indifferent }: LinearOptions): Game<"samples"> {
  const [generator, discriminator] = [
    { spec: { name: "linearGenerator" }, plan: () => ({ inputs: [{ field: "noise" }], trunk: [], heads: { samples: [dense({ units: 2 })] } }) },
    {
      spec: { name: "linearCritic" },
      plan: () => ({ inputs: [{ field: "samples" }], trunk: [], heads: { logits: [dense({ units: 1, kernelInitializer: given, biasInitializer: zeros() })] } }),
    },
  ];
  return gan({
    data: array({ samples: Float32Array.from({ length: 16 }, (_, i) => Math.sin(i * i)), shape: [2], batchSize: 4 }),
    noise: gaussian(3),
    networks: { generator, discriminator },
    objective,
    optimizers: optimizer,
    rounds,
    seed: 3,
    backend: "cpu",
    readEvery: 1,
  });
}

/** The critic's weights, appended to `into` in every round; stands where it stands in the pipeline. */
export function watched(into: number[][], name = "logits/dense1/kernel"): Plugin {
  return definePlugin(`watched${into.length}`, (round$) =>
    round$.pipe(map((round) => {
      into.push([...round.run.parameters("discriminator")[name]!.dataSync()]);
      return round;
    })));
}
