/** Games whose objective looks at more than logits, and the added term that does. */
import { gan } from "../../src/game/gan.ts";
import type { Game } from "../../src/game/game.ts";
import { energyBased } from "../../src/math/objectives/energyBased.ts";
import { featureMatching } from "../../src/math/objectives/featureMatching.ts";
import type { Objective } from "../../src/math/objectives/objective.ts";
import { relativistic } from "../../src/math/objectives/relativistic.ts";
import { relativisticAverage } from "../../src/math/objectives/relativisticAverage.ts";
import { tf } from "../../src/math/tensor.ts";
import { leakyRelu } from "../../src/networks/layers/activations.ts";
import { dense } from "../../src/networks/layers/dense.ts";
import { mlp } from "../../src/networks/mlp.ts";
import type { NetworkFactory } from "../../src/networks/network.ts";
import { adam } from "../../src/networks/optimizers/adam.ts";
import { mixture } from "../../src/sources/mixture.ts";
import { gaussian } from "../../src/sources/noise.ts";
import { matchFeatures } from "../../src/stabilisers/matchFeatures.ts";
import { r1 } from "../../src/stabilisers/r1.ts";
import { r2 } from "../../src/stabilisers/r2.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { type CaseRun, describePlugin } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { ringGame } from "./ringGame.ts";

const autoencoder: NetworkFactory = {
  spec: { name: "autoencoder" },
  plan: () => ({
    inputs: [{ field: "samples" }],
    trunk: [dense({ units: 8 }), leakyRelu(), dense({ units: 3 })],
    heads: { reconstruction: [dense({ units: 8 }), leakyRelu(), dense({ units: 2 })] },
  }),
};

function played(objective: Objective, run: Partial<CaseRun> & { readonly rounds: number }, discriminator = mlp({ discriminator: { widths: [8] } }).discriminator): Game<"samples" | "labels"> {
  return gan({
    data: mixture("ring", { batchSize: 8 }),
    noise: gaussian(3),
    networks: { generator: mlp({ generator: { widths: [8] } }).generator, discriminator },
    objective,
    optimizers: adam({ learningRate: 2e-2, beta1: 0.5 }),
    seed: 7,
    ...run,
  });
}

await describePlugin("a GAN by energies with the pulling-away term", {
  rounds: 4,
  stops: [1, 3],
  train: (run) => train$(played(energyBased({ margin: 1, pullingAway: 0.1 }), run, autoencoder), discriminatorStep(), generatorStep()),
});
await describePlugin("a GAN by feature matching", {
  rounds: 4,
  stops: [2],
  train: (run) => train$(played(featureMatching(), run), discriminatorStep(), generatorStep()),
});
await describePlugin("a relativistic average GAN", {
  rounds: 4,
  stops: [2],
  train: (run) => train$(played(relativisticAverage(), run), discriminatorStep(), generatorStep()),
});
await describePlugin("a relativistic GAN with R1 and R2", {
  rounds: 4,
  stops: [2],
  train: (run) => train$(played(relativistic(), run), r1({ gamma: 0.1 }), r2({ gamma: 0.1 }), discriminatorStep(), generatorStep()),
});
await describePlugin("a GAN with matchFeatures", {
  rounds: 4,
  stops: [1, 3],
  train: (run) => train$(ringGame(run), matchFeatures({ weight: 0.5 }), discriminatorStep(), generatorStep()),
});

describe("an objective in a game", () => {
  it("sees the energies of what the discriminator was shown, and the features it asked for", async () => {
    const spied: Record<string, readonly number[]> = {};
    const objective = energyBased({ margin: 1, pullingAway: 0.1 });
    const spy: Objective = {
      ...objective,
      discriminator: (scores) => {
        Object.assign(spied, { real: scores.real.shape, fake: scores.fake.shape });
        return objective.discriminator(scores);
      },
      generator: (scores) => {
        Object.assign(spied, Object.fromEntries(Object.entries(scores).map(([name, tensor]) => [`generator/${name}`, tensor.shape])));
        return objective.generator(scores);
      },
    };
    await eventsOf(train$(played(spy, { rounds: 1, backend: "cpu" }, autoencoder), discriminatorStep(), generatorStep()));
    assert.deepEqual(spied, { real: [8], fake: [8], "generator/fake": [8], "generator/fakeFeatures": [8, 3] });
  });

  it("learns to reconstruct what is real and not what is generated", async () => {
    const apart = mixture([[2, 2]], { batchSize: 8, deviation: 0.1 });
    const events = await eventsOf(train$(
      { ...played(energyBased({ margin: 1 }), { rounds: 200, backend: "cpu" }, autoencoder), sources: { data: apart, noise: gaussian(3) } },
      discriminatorStep(),
    ));
    const last = events.flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics] : [])).at(-1)!;
    // E[D(x)] + E[max(0, 1 − D(G(z)))]: 0 where the real are rebuilt and the generated have an energy above the margin.
    assert.ok(last["loss/discriminator"]! < 0.1, `${last["loss/discriminator"]}`);
  });

  it("says which head the discriminator lacks", async () => {
    const before = tf.memory().numTensors;
    await assert.rejects(
      eventsOf(train$(played(energyBased({ margin: 1 }), { rounds: 1, backend: "cpu" }), discriminatorStep(), generatorStep())),
      /energyBased judges by energies: "discriminator" needs a head "reconstruction", and has logits/,
    );
    assert.equal(tf.memory().numTensors, before);
  });
});

it("matchFeatures refuses a weight that is none", () => {
  assert.throws(() => train$(ringGame({ rounds: 1 }), matchFeatures({ adversary: "adv" }), discriminatorStep(), generatorStep()), /matchFeatures: no adversary is named "adv"; there are adversary/);
  assert.throws(() => matchFeatures({ weight: -1 }), /matchFeatures: weight: expected a number > 0 or a schedule such as .*, got -1/);
});
