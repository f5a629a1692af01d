import { map } from "rxjs";
import { ConfigurationError } from "../../src/configuration/configurationError.ts";
import { definePlugin, type Plugin } from "../../src/game/plugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { packSamples } from "../../src/math/augmentation/packSamples.ts";
import { tf } from "../../src/math/tensor.ts";
import { packing } from "../../src/stabilisers/packing.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { describePlugin } from "../contracts/describePlugin.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { digitGame, looking, viewOf } from "./digitGame.ts";

await describeOnEachBackend("packing", () => {
  it("lays samples side by side, and their labels and codes in the same order", async () => {
    const [count, size] = [6, 3];
    // Sample n: every pixel n + channel / 10; label n; code (n, -n).
    const record = {
      samples: tf.tensor(Array.from({ length: count * 8 }, (_, i) => Math.floor(i / 8) + (i % 2) / 10), [count, 2, 2, 2]),
      labels: tf.tensor1d(Array.from({ length: count }, (_, n) => n), "int32"),
      codes: tf.tensor2d(Array.from({ length: count }, (_, n) => [n, -n])),
    };
    const view = viewOf(packing({ size }), { ...digitGame({ rounds: 1 }), batchSize: count });
    const packed = tf.tidy(() => view.of(record, looking()));
    assert.deepEqual(packed["samples"]!.shape, [2, 2, 2, 6]);
    const images = (await packed["samples"]!.array()) as number[][][][];
    for (const [k, image] of images.entries()) {
      for (const pixel of image.flat()) {
        assert.deepEqual(pixel, [0, 1, 2].flatMap((m) => [Math.fround(k * size + m), Math.fround(k * size + m + 0.1)]));
      }
    }
    assert.deepEqual(await packed["labels"]!.array(), [[0, 1, 2], [3, 4, 5]]);
    assert.equal(packed["labels"]!.dtype, "int32");
    assert.deepEqual(await packed["codes"]!.array(), [[0, -0, 1, -1, 2, -2], [3, -3, 4, -4, 5, -5]]);
    tf.dispose([record, packed] as never);
  });

  it("passes a pack's gradient back to its members", async () => {
    const weights = tf.tensor(Array.from({ length: 24 }, (_, i) => i), [2, 2, 1, 6]);
    const x = tf.zeros([4, 2, 1, 3]);
    const gradient = tf.grad((at: tf.Tensor) => tf.sum(tf.mul(packSamples(at, 2), weights)))(x);
    // Pack k holds at [row, 0, 3 m + channel] what sample 2k + m has at [row, 0, channel].
    const expected = [0, 1, 2, 3].flatMap((n) => [0, 1].flatMap((row) => [0, 1, 2].map((channel) => Math.floor(n / 2) * 12 + row * 6 + (n % 2) * 3 + channel)));
    assert.deepEqual(Array.from(await gradient.data()), expected);
    tf.dispose([weights, x, gradient]);
  });
});

describe("packing", () => {
  it("tells the networks the shapes of packs", () => {
    const fields = viewOf(packing({ size: 2 })).fields!({
      samples: { shape: [8, 8, 3], dtype: "float32", range: [-1, 1] },
      labels: { shape: [], dtype: "int32", classes: 10 },
      codes: { shape: [5], dtype: "float32" },
    });
    assert.deepEqual(Object.values(fields).map(({ shape }) => shape), [[8, 8, 6], [2], [10]]);
    assert.deepEqual([fields["samples"]!.range, fields["labels"]!.classes], [[-1, 1], 10]);
  });

  it("refuses a size that does not divide the batch, at assembly", () => {
    const message = /plugins\[0\]: packing: size: expected a divisor of the batch size 8, got 3; 1, 2, 4, 8 divide it/;
    assert.throws(() => train$(ringGame({ rounds: 1 }), packing({ size: 3 }), discriminatorStep()), message);
    assert.throws(() => packing({ size: 0 }), { message: /packing: size: expected an integer > 0, got 0/ });
    assert.throws(() => packing({ sise: 2 } as never), /sise: unknown option; did you mean "size"/);
  });
});

describe("packing in a round with a batch size of its own", () => {
  const smaller = (batchSize: number): Plugin => definePlugin("smaller", (round$) => round$.pipe(map((round) => ({ ...round, batchSize }))));
  const playing = (batchSize: number) => eventsOf(train$(ringGame({ rounds: 1, backend: "cpu" }), smaller(batchSize), packing({ size: 4 }), discriminatorStep(), generatorStep()));

  it("takes one that is packs, and names its option where it is not", async () => {
    await playing(4);
    await assert.rejects(
      playing(6),
      (error) => error instanceof ConfigurationError && /^packing: size: expected a divisor of the 6 samples that are shown at once, got 4; 1, 2, 3, 6 divide them$/.test(error.message),
    );
  });
});

await describePlugin("a GAN of points, packed", {
  rounds: 4,
  stops: [1, 3],
  train: (run) => train$(ringGame(run), packing({ size: 4 }), discriminatorStep(), generatorStep()),
});

await describePlugin("a GAN of images, packed", {
  rounds: 3,
  stops: [1],
  train: (run) => train$(digitGame(run), packing({ size: 2 }), discriminatorStep(), generatorStep()),
});
