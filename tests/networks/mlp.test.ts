import { buildNetwork } from "../../src/networks/buildNetwork.ts";
import { relu } from "../../src/networks/layers/activations.ts";
import { mlp } from "../../src/networks/mlp.ts";
import type { FieldPlans } from "../../src/networks/network.ts";
import { assert, describe, it } from "../kit/kit.ts";

const points: FieldPlans = { samples: { shape: [2], dtype: "float32" }, noise: { shape: [3], dtype: "float32" } };
const images: FieldPlans = {
  samples: { shape: [4, 4, 1], dtype: "float32", range: [-1, 1] },
  noise: { shape: [2, 2], dtype: "float32" },
};

describe("mlp", () => {
  it("maps noise to points and points to a logit through the widths asked for", () => {
    const { generator, discriminator } = mlp({ generator: { widths: [8, 16] }, discriminator: { widths: [] } });
    const g = buildNetwork("generator", generator.plan(points), points);
    assert.deepEqual(Object.fromEntries(Object.entries(g.parameters).map(([name, { shape }]) => [name, shape])), {
      "dense1/kernel": [3, 8],
      "dense1/bias": [8],
      "dense2/kernel": [8, 16],
      "dense2/bias": [16],
      "samples/dense1/kernel": [16, 2],
      "samples/dense1/bias": [2],
    });
    assert.deepEqual(g.heads, { samples: [2] });
    const d = buildNetwork("discriminator", discriminator.plan(points), points);
    assert.deepEqual(Object.keys(d.parameters), ["logits/dense1/kernel", "logits/dense1/bias"]);
    assert.deepEqual(d.heads, { logits: [1] });
  });

  it("flattens images and noise of any shape, and ends in tanh only where samples lie in [-1, 1]", () => {
    const { generator, discriminator } = mlp();
    assert.deepEqual(buildNetwork("generator", generator.plan(images), images).heads, { samples: [4, 4, 1] });
    assert.deepEqual(buildNetwork("discriminator", discriminator.plan(images), images).heads, { logits: [1] });
    const last = (fields: FieldPlans) => generator.plan(fields).heads["samples"]!.at(-1)!.spec.name;
    assert.deepEqual([last(images), last(points)], ["tanh", "reshape"]);
  });

  it("uses ReLU in the generator and leaky ReLU in the discriminator, unless told otherwise", () => {
    const kinds = (pair: ReturnType<typeof mlp>) =>
      [pair.generator, pair.discriminator].map((factory) => factory.plan(points).trunk[1]!.spec.name);
    assert.deepEqual(kinds(mlp()), ["relu", "leakyRelu"]);
    assert.deepEqual(kinds(mlp({ discriminator: { activation: relu() } })), ["relu", "relu"]);
  });

  it("reports every wrong option at once", () => {
    assert.throws(
      () => mlp({ generator: { widths: [0] }, discriminator: { activaton: relu() } as object }),
      /generator.widths\[0\]: expected an integer > 0, got 0\n.*discriminator.activaton: unknown option; did you mean "activation"/,
    );
    assert.throws(() => mlp().generator.plan({ samples: points["samples"]! }), /mlp.generator: noise: expected the data or noise/);
  });
});
