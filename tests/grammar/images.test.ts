import { gan } from "../../src/game/gan.ts";
import { nonSaturating } from "../../src/math/objectives/nonSaturating.ts";
import { fold, rootKey } from "../../src/math/random/fold.ts";
import { uniforms } from "../../src/math/random/uniforms.ts";
import { dcgan } from "../../src/networks/dcgan.ts";
import { dropout } from "../../src/networks/layers/dropout.ts";
import type { NetworkFactory } from "../../src/networks/network.ts";
import { adam } from "../../src/networks/optimizers/adam.ts";
import { rmsprop } from "../../src/networks/optimizers/rmsprop.ts";
import { array } from "../../src/sources/array.ts";
import { gaussian } from "../../src/sources/noise.ts";
import { averageWeights } from "../../src/steps/averageWeights.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { describePlugin } from "../contracts/describePlugin.ts";

const IMAGES = 10;
const samples = uniforms(fold(rootKey(3), "images"), IMAGES * 8 * 8, -1, 1);

/** A discriminator whose trunk ends in dropout: its masks must come back on resuming. */
function withDropout(factory: NetworkFactory): NetworkFactory {
  return {
    spec: { name: "withDropout", options: { inner: factory.spec } },
    plan: (fields) => {
      const plan = factory.plan(fields);
      return { ...plan, trunk: [...plan.trunk, dropout({ rate: 0.3 })] };
    },
  };
}

const networks = dcgan({ generator: { widths: [4] }, discriminator: { widths: [4, 4] } });

// 10 images in batches of 4: the stops fall within passes over the data, and batches reach over their ends.
await describePlugin("a DCGAN with batch norm, dropout and averages", {
  rounds: 6,
  stops: [1, 2, 4],
  train: (run) =>
    train$(
      gan({
        data: array({ samples, shape: [8, 8, 1], range: [-1, 1], batchSize: 4 }),
        noise: gaussian(3),
        networks: { generator: networks.generator, discriminator: withDropout(networks.discriminator) },
        objective: nonSaturating(),
        optimizers: { generator: adam({ learningRate: 1e-3, beta1: 0.5 }), discriminator: rmsprop({ learningRate: 1e-3, momentum: 0.5 }) },
        seed: 5,
        ...run,
      }),
      discriminatorStep({ times: 2 }),
      generatorStep(),
      averageWeights({ halfLife: 2 }),
    ),
});
