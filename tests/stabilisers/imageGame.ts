import { gan } from "../../src/game/gan.ts";
import type { Game } from "../../src/game/game.ts";
import type { NetworkFactory } from "../../src/networks/network.ts";
import { leakyRelu, tanh } from "../../src/networks/layers/activations.ts";
import { conv2d } from "../../src/networks/layers/conv2d.ts";
import { dense } from "../../src/networks/layers/dense.ts";
import { flatten } from "../../src/networks/layers/flatten.ts";
import { reshape } from "../../src/networks/layers/reshape.ts";
import { nonSaturating } from "../../src/math/objectives/nonSaturating.ts";
import { adam } from "../../src/networks/optimizers/adam.ts";
import { array } from "../../src/sources/array.ts";
import { gaussian } from "../../src/sources/noise.ts";
import type { CaseRun } from "../contracts/describePlugin.ts";

const SIDE = 4;
const COUNT = 8;

const generator: NetworkFactory = {
  spec: { name: "smallGenerator" },
  plan: () => ({
    inputs: [{ field: "noise" }],
    trunk: [dense({ units: 16 }), leakyRelu()],
    heads: { samples: [dense({ units: SIDE * SIDE }), reshape({ shape: [SIDE, SIDE, 1] }), tanh()] },
  }),
};

const discriminator: NetworkFactory = {
  spec: { name: "smallDiscriminator" },
  plan: () => ({
    inputs: [{ field: "samples" }],
    trunk: [conv2d({ filters: 3 }), leakyRelu()],
    heads: { logits: [flatten(), dense({ units: 1 })] },
  }),
};

/** A GAN of convolutions on a few images of 4 × 4 pixels. */
export function imageGame(run: Partial<CaseRun> & { readonly rounds: number }): Game<"samples"> {
  return gan({
    data: array({ samples: Float32Array.from({ length: COUNT * SIDE * SIDE }, (_, i) => Math.sin(i * i)), shape: [SIDE, SIDE, 1], batchSize: 4 }),
    noise: gaussian(3),
    networks: { generator, discriminator },
    objective: nonSaturating(),
    optimizers: adam({ learningRate: 1e-2, beta1: 0.5 }),
    seed: 7,
    ...run,
  });
}
