import { withTerm } from "../../src/game/blueprint.ts";
import { definePlugin } from "../../src/game/plugin.ts";
import { tf, type Tensor } from "../../src/math/tensor.ts";
import { ada } from "../../src/stabilisers/ada.ts";
import { diffAugment } from "../../src/stabilisers/diffAugment.ts";
import { experienceReplay } from "../../src/stabilisers/experienceReplay.ts";
import { instanceNoise } from "../../src/stabilisers/instanceNoise.ts";
import { labelFlipping } from "../../src/stabilisers/labelFlipping.ts";
import { packing } from "../../src/stabilisers/packing.ts";
import { topK } from "../../src/stabilisers/topK.ts";
import { array } from "../../src/sources/array.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { availableBackends } from "../backends/backendsUnderTest.ts";
import { describePlugin } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { digitGame } from "./digitGame.ts";

const views = [
  experienceReplay({ size: 6 }),
  ada({ every: 1, speed: 0.2, target: -0.99, transforms: ["flip", "rotation", "translation"] }),
  diffAugment({ policies: ["translation"] }),
  instanceNoise({ deviation: 0.001 }),
  packing({ size: 2 }),
] as const;

/** Leaves how many pixels of the real packs are neither blank nor those of the sample their label names. */
const strangePixels = definePlugin("strangePixels", (round$) => round$, {
  assemble: (blueprint) =>
    withTerm(blueprint, {
      name: "strangePixels",
      turn: "discriminator",
      of: (seen) => {
        const { samples, labels } = seen.shown("real") as { samples: Tensor; labels: Tensor };
        // Sample n is (n + 1) / 10 all over; [packs, 1, 1, size] labels stand beside [packs, 8, 8, size] pixels.
        const named = tf.div(tf.add(tf.reshape(tf.cast(labels, "float32"), [-1, 1, 1, 2]), 1), 10);
        const away = tf.minimum(tf.abs(samples), tf.abs(tf.sub(samples, named)));
        seen.measure("strange", tf.sum(tf.cast(tf.greater(away, 0.02), "float32")));
        seen.measure("blank", tf.mean(tf.cast(tf.less(tf.abs(samples), 0.02), "float32")));
        return tf.scalar(0);
      },
    }),
});

const backends = await availableBackends();

describe("all views together", () => {
  for (const backend of backends) {
    it(`keep every sample with its label on ${backend}`, async () => {
      const samples = Float32Array.from({ length: 10 * 64 }, (_, i) => (Math.floor(i / 64) + 1) / 10);
      const labels = Int32Array.from({ length: 10 }, (_, n) => n);
      const game = digitGame({ rounds: 5, backend });
      const data = array({ samples, labels, shape: [8, 8, 1], range: [-1, 1], batchSize: 4 });
      const events = await eventsOf(train$({ ...game, sources: { ...game.sources, data } }, ...views, strangePixels, discriminatorStep(), generatorStep()));
      const metrics = events.flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics] : []));
      assert.deepEqual(metrics.map(({ strange }) => strange), [0, 0, 0, 0, 0]);
      // They did move something: an eighth of 8 pixels is one row or column.
      assert.ok(metrics.some(({ blank }) => blank! > 0) && metrics.every(({ blank }) => blank! < 0.3), JSON.stringify(metrics));
    });
  }
});

await describePlugin("a GAN with all data and label devices", {
  rounds: 4,
  stops: [2],
  train: (run) => train$(digitGame(run), ...views, labelFlipping({ probability: 0.2 }), topK({ rounds: 2 }), discriminatorStep(), generatorStep()),
});
