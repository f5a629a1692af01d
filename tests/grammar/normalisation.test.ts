import { map } from "rxjs";
import { withSource } from "../../src/game/blueprint.ts";
import { gan } from "../../src/game/gan.ts";
import { definePlugin, type Plugin } from "../../src/game/plugin.ts";
import { nonSaturating } from "../../src/math/objectives/nonSaturating.ts";
import { fold, rootKey } from "../../src/math/random/fold.ts";
import { uniforms } from "../../src/math/random/uniforms.ts";
import type { Layer } from "../../src/networks/layer.ts";
import { leakyRelu, relu, tanh } from "../../src/networks/layers/activations.ts";
import { conditionalBatchNorm } from "../../src/networks/layers/conditionalBatchNorm.ts";
import { conv2d } from "../../src/networks/layers/conv2d.ts";
import { dense } from "../../src/networks/layers/dense.ts";
import { equalised } from "../../src/networks/layers/equalised.ts";
import { flatten } from "../../src/networks/layers/flatten.ts";
import { gaussianNoise } from "../../src/networks/layers/gaussianNoise.ts";
import { layerNorm } from "../../src/networks/layers/layerNorm.ts";
import { minibatchDeviation } from "../../src/networks/layers/minibatchDeviation.ts";
import { minibatchDiscrimination } from "../../src/networks/layers/minibatchDiscrimination.ts";
import { projection } from "../../src/networks/layers/projection.ts";
import { referenceBatch } from "../../src/networks/layers/referenceBatch.ts";
import { reshape } from "../../src/networks/layers/reshape.ts";
import { resizeConv } from "../../src/networks/layers/resizeConv.ts";
import { selfAttention } from "../../src/networks/layers/selfAttention.ts";
import { virtualBatchNorm } from "../../src/networks/layers/virtualBatchNorm.ts";
import { weightNorm } from "../../src/networks/layers/weightNorm.ts";
import type { NetworkFactory } from "../../src/networks/network.ts";
import { adam } from "../../src/networks/optimizers/adam.ts";
import { array } from "../../src/sources/array.ts";
import { mixture } from "../../src/sources/mixture.ts";
import { gaussian } from "../../src/sources/noise.ts";
import { averageWeights } from "../../src/steps/averageWeights.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { describePlugin } from "../contracts/describePlugin.ts";
import { uniformLabels } from "./miniatures.ts";

const IMAGES = 10;
const CLASSES = 3;
const samples = uniforms(fold(rootKey(3), "images"), IMAGES * 8 * 8, -1, 1);
const labels = Int32Array.from({ length: IMAGES }, (_, i) => i % CLASSES);

function factory(name: string, field: string, trunk: readonly Layer[], head: string, last: readonly Layer[]): NetworkFactory {
  return { spec: { name }, plan: () => ({ inputs: [{ field }], trunk, heads: { [head]: last } }) };
}

/** Asks the generator for classes, and lets the noise on the discriminator's hidden layer fade out over the rounds. */
function conditionedAndAnnealed(): Plugin {
  return definePlugin(
    "conditionedAndAnnealed",
    (round$) => round$.pipe(map((round) => ({ ...round, settings: { ...round.settings, hiddenNoise: 0.3 / (1 + round.index) } }))),
    { options: {}, assemble: (blueprint) => withSource(blueprint, "asked", uniformLabels("labels", CLASSES), "generator") },
  );
}

await describePlugin("a conditional GAN with batch norm, attention, weight norm, annealed noise and projection", {
  rounds: 3,
  stops: [1],
  train: (run) =>
    train$(
      gan({
        data: array({ samples, labels, shape: [8, 8, 1], range: [-1, 1], batchSize: 4 }),
        noise: gaussian(3),
        networks: {
          generator: factory(
            "conditional",
            "noise",
            [dense({ units: 64 }), reshape({ shape: [4, 4, 4] }), conditionalBatchNorm({ classes: CLASSES }), relu()],
            "samples",
            [resizeConv({ filters: 1 }), tanh()],
          ),
          discriminator: factory(
            "projecting",
            "samples",
            [weightNorm(conv2d({ filters: 8 })), leakyRelu(), gaussianNoise({ deviation: "hiddenNoise" }), selfAttention(), minibatchDeviation(), flatten()],
            "logits",
            [projection({ classes: CLASSES })],
          ),
        },
        objective: nonSaturating(),
        optimizers: adam({ learningRate: 1e-3, beta1: 0.5 }),
        seed: 5,
        ...run,
      }),
      conditionedAndAnnealed(),
      discriminatorStep(),
      generatorStep(),
      averageWeights({ halfLife: 2 }),
    ),
});

await describePlugin("a GAN with virtual batch norm, minibatch discrimination, layer norm and equalised kernels", {
  rounds: 3,
  stops: [1],
  train: (run) =>
    train$(
      gan({
        data: mixture("ring", { batchSize: 8 }),
        noise: gaussian(3),
        networks: {
          generator: factory("virtual", "noise", [referenceBatch({ size: 4, layers: [dense({ units: 8 }), virtualBatchNorm(), relu()] })], "samples", [
            equalised(dense({ units: 2 }), { gain: 1 }),
          ]),
          discriminator: factory(
            "comparing",
            "samples",
            [equalised(dense({ units: 8 })), layerNorm(), leakyRelu(), minibatchDiscrimination({ kernels: 4, dimensions: 2 })],
            "logits",
            [dense({ units: 1 })],
          ),
        },
        objective: nonSaturating(),
        optimizers: adam({ learningRate: 1e-2, beta1: 0.5 }),
        seed: 7,
        ...run,
      }),
      discriminatorStep({ times: 2 }),
      generatorStep(),
      averageWeights({ halfLife: 2 }),
    ),
});
