import { gan } from "../../src/game/gan.ts";
import { energyBased } from "../../src/math/objectives/energyBased.ts";
import { autoencoder } from "../../src/networks/autoencoder.ts";
import { buildNetwork } from "../../src/networks/buildNetwork.ts";
import { tanh } from "../../src/networks/layers/activations.ts";
import { mlp } from "../../src/networks/mlp.ts";
import type { FieldPlans } from "../../src/networks/network.ts";
import { adam } from "../../src/networks/optimizers/adam.ts";
import { mixture } from "../../src/sources/mixture.ts";
import { gaussian } from "../../src/sources/noise.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { assert, describe, it } from "../kit/kit.ts";

const images: FieldPlans = { samples: { shape: [4, 4, 1], dtype: "float32", range: [0, 1] }, codes: { shape: [3], dtype: "float32" } };
const shapes = (variables: Readonly<Record<string, { readonly shape: readonly number[] }>>) =>
  Object.fromEntries(Object.entries(variables).map(([name, { shape }]) => [name, shape]));

describe("autoencoder", () => {
  it("encodes images to codes and decodes codes to images, through the widths asked for", () => {
    const { codes, encoder, decoder } = autoencoder({ codes: 3, encoder: { widths: [8] }, decoder: { widths: [6, 7] } });
    assert.equal(codes, 3);
    const e = buildNetwork("encoder", encoder.plan(images), images);
    assert.deepEqual(e.heads, { codes: [3] });
    assert.deepEqual(shapes(e.parameters), { "dense1/kernel": [16, 8], "dense1/bias": [8], "codes/dense1/kernel": [8, 3], "codes/dense1/bias": [3] });
    const d = buildNetwork("decoder", decoder.plan(images), images);
    assert.deepEqual(d.heads, { samples: [4, 4, 1] });
    assert.deepEqual(d.inputs, ["codes"]);
    assert.deepEqual(shapes(d.parameters), {
      "dense1/kernel": [3, 6], "dense1/bias": [6], "dense2/kernel": [6, 7], "dense2/bias": [7], "dense3/kernel": [7, 16], "dense3/bias": [16],
    });
    assert.deepEqual(decoder.plan(images).heads["samples"]!.map(({ spec }) => spec.name), ["sigmoid"]);
  });

  it("is one network where it judges: the trunk's output is the code, the head what it makes of it", () => {
    const plan = autoencoder({ codes: 3, encoder: { widths: [8], activation: tanh() }, decoder: { widths: [9] } }).discriminator.plan(images);
    const network = buildNetwork("discriminator", plan, images);
    assert.deepEqual(network.heads, { reconstruction: [4, 4, 1] });
    assert.deepEqual(shapes(network.parameters)["dense2/kernel"], [8, 3]);
    assert.deepEqual(shapes(network.parameters)["reconstruction/dense1/kernel"], [3, 9]);
    assert.equal(plan.trunk.at(-1)!.spec.name, "dense");
  });

  it("plays the energy-based game", async () => {
    const events = await eventsOf(train$(
      gan({
        data: mixture([[2, 2]], { batchSize: 8, deviation: 0.1 }),
        noise: gaussian(2),
        networks: { generator: mlp({ generator: { widths: [8] } }).generator, discriminator: autoencoder({ codes: 1, encoder: { widths: [8] }, decoder: { widths: [8] } }).discriminator },
        objective: energyBased({ margin: 1, pullingAway: 0.1 }),
        optimizers: adam({ learningRate: 2e-2, beta1: 0.5 }),
        rounds: 150, backend: "cpu", seed: 7,
      }),
      discriminatorStep(),
      generatorStep({ every: 1000 }),
    ));
    const last = events.flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics] : [])).at(-1)!;
    // E[D(x)] + E[max(0, 1 − D(G(z)))]: 0 where the real are rebuilt and the generated have an energy above the margin.
    assert.ok(last["loss/discriminator"]! < 0.2, `${last["loss/discriminator"]}`);
  });

  it("refuses codes of no length", () => {
    assert.throws(() => autoencoder({ codes: 0 }), /autoencoder: codes: expected an integer > 0, got 0/);
  });
});
