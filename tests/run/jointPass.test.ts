import { withTerm } from "../../src/game/blueprint.ts";
import { gan } from "../../src/game/gan.ts";
import { definePlugin, type AnyPlugin } from "../../src/game/plugin.ts";
import { nonSaturating } from "../../src/math/objectives/nonSaturating.ts";
import { tf } from "../../src/math/tensor.ts";
import type { Layer } from "../../src/networks/layer.ts";
import { leakyRelu } from "../../src/networks/layers/activations.ts";
import { batchNorm } from "../../src/networks/layers/batchNorm.ts";
import { dense } from "../../src/networks/layers/dense.ts";
import { mlp } from "../../src/networks/mlp.ts";
import type { NetworkFactory } from "../../src/networks/network.ts";
import { sgd } from "../../src/networks/optimizers/sgd.ts";
import { mixture } from "../../src/sources/mixture.ts";
import { gaussian } from "../../src/sources/noise.ts";
import { labelFlipping } from "../../src/stabilisers/labelFlipping.ts";
import { packing } from "../../src/stabilisers/packing.ts";
import { r1 } from "../../src/stabilisers/r1.ts";
import { unrolled } from "../../src/stabilisers/unrolled.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { trainUnordered$ } from "../../src/train.ts";
import { availableBackends } from "../backends/backendsUnderTest.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

const BATCH = 6;

/** Plays a GAN on a ring: the rows of each pass of the discriminator, and the losses. */
async function played(plugins: readonly AnyPlugin[], { rounds = 1, backend = "cpu" as "cpu" | "wasm" | "webgpu", between = [] as readonly Layer[] } = {}) {
  const rows: number[] = [];
  const counting: Layer = {
    spec: { name: "counting" },
    build: (input) => ({
      output: input,
      apply(x) {
        rows.push(x.shape[0]!);
        return x;
      },
    }),
  };
  const discriminator: NetworkFactory = {
    spec: { name: "counted" },
    plan: () => ({ inputs: [{ field: "samples" }], trunk: [counting, dense({ units: 8 }), ...between, leakyRelu()], heads: { logits: [dense({ units: 1 })] } }),
  };
  const training = trainUnordered$(
    gan({
      data: mixture("ring", { batchSize: BATCH }),
      noise: gaussian(3),
      networks: { generator: mlp({ generator: { widths: [8] } }).generator, discriminator },
      objective: nonSaturating(),
      optimizers: sgd({ learningRate: 0.3 }),
      backend,
      rounds,
      seed: 5,
    }),
    [...plugins, discriminatorStep(), generatorStep()],
  );
  const losses = (await eventsOf(training)).flatMap((event) =>
    event._tag === "RoundPlayed" ? [event.metrics["loss/discriminator"]!, event.metrics["loss/generator"]!] : [],
  );
  return { rows, losses };
}

/** Has no weight, but says that it differentiates a side: the sides are judged apart. */
const apart = definePlugin("apart", (round$) => round$, {
  assemble: (blueprint) => withTerm(blueprint, { name: "apart", turn: "discriminator", weight: 0, differentiatesSide: true, of: () => tf.scalar(0) }),
});

/** Looks at both sides' features in the discriminator's turn. */
const features = definePlugin("features", (round$) => round$, {
  assemble: (blueprint) =>
    withTerm(blueprint, {
      name: "features",
      turn: "discriminator",
      of(seen) {
        const { real, fake } = seen.sides();
        return tf.mean(tf.square(tf.sub(tf.mean(real.features, 0), tf.mean(fake.features, 0))));
      },
    }),
});

const backends = await availableBackends();

describe("the discriminator's turn", () => {
  it("judges real and generated samples in one pass where no layer mixes samples; the generator's turn judges its own", async () => {
    assert.deepEqual((await played([])).rows, [2 * BATCH, BATCH]);
  });

  it("judges them apart where a layer mixes samples", async () => {
    assert.deepEqual((await played([], { between: [batchNorm()] })).rows, [BATCH, BATCH, BATCH]);
  });

  it("judges them apart where a penalty differentiates one side's pass, and shares that pass with it", async () => {
    assert.deepEqual((await played([r1({ gamma: 1 })])).rows, [BATCH, BATCH, BATCH]);
  });

  it("judges them together where that penalty has a turn of its own", async () => {
    assert.deepEqual((await played([r1({ gamma: 1, every: 2 })])).rows, [2 * BATCH, BATCH, BATCH]);
  });

  it("is judged ahead in one pass a step, by an unrolled generator, and apart under the same conditions", async () => {
    const [joint, alone] = [2 * BATCH, BATCH];
    assert.deepEqual((await played([unrolled({ steps: 2 })])).rows, [joint, joint, joint, alone]);
    assert.deepEqual((await played([unrolled({ steps: 1 })], { between: [batchNorm()] })).rows, [alone, alone, alone, alone, alone]);
    assert.deepEqual((await played([unrolled({ steps: 1 }), apart])).rows, [alone, alone, joint, alone]);
    assert.deepEqual((await played([unrolled({ steps: 1 }), r1({ gamma: 1 })])).rows, [alone, alone, alone, alone, alone, alone]);
  });

  it("puts packs together, and lets rows be changed afterwards", async () => {
    const pack = packing({ size: 2 });
    assert.deepEqual((await played([pack])).rows, [BATCH, BATCH / 2]);
    assert.deepEqual((await played([labelFlipping({ probability: 0.3 })])).rows, [2 * BATCH, BATCH]);
  });

  const cases = [[features], [labelFlipping({ probability: 0.3 })], [packing({ size: 2 })]];
  for (const backend of backends) {
    it(`comes to the same in one pass as in two on ${backend}, features and changed rows included`, async () => {
      // Every case makes WebGPU compile the shaders of its shapes, for seconds.
      for (const plugins of backend === "webgpu" ? cases.slice(0, 1) : cases) {
        const [joint, separate] = [await played(plugins, { rounds: 8, backend }), await played([...plugins, apart], { rounds: 8, backend })];
        assert.equal(Math.max(...separate.rows), Math.max(...joint.rows) / 2);
        assert.ok(Math.abs(joint.losses[0]! - joint.losses.at(-2)!) > 0.02, "nothing was learnt");
        close(joint.losses, separate.losses, 2e-5, "losses");
      }
    });
  }
});
