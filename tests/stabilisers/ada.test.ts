import { adjusted, measured, noStrength, type AugmentationStrength } from "../../src/math/augmentation/adjustProbability.ts";
import type { Plugin } from "../../src/game/plugin.ts";
import type { Round } from "../../src/game/round.ts";
import { tf } from "../../src/math/tensor.ts";
import { memory } from "../../src/sources/memory.ts";
import { ada } from "../../src/stabilisers/ada.ts";
import { packing } from "../../src/stabilisers/packing.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { describePlugin } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { assembled, digitGame, looking, viewOf } from "./digitGame.ts";
import { late } from "./late.ts";
import { of } from "rxjs";

await describeOnEachBackend("ADA", (backend) => {
  it("moves p by a step towards the target, by the mean of the measures, within 0 and 1", async () => {
    // Measures between two adjustments, and where p is after them from where it was: target 0.6, steps of 1/400 · 100.
    const cases: readonly (readonly [number, readonly number[], number])[] = [
      [0.5, [0.9, 0.7], 0.75],
      [0.5, [1, 0], 0.25],
      [0.5, [0.2], 0.25],
      [0.9, [1, 1, 1], 1],
      [0.1, [-1], 0],
      [0.5, [], 0.5],
    ];
    for (const [from, signs, expected] of cases) {
      const [p, left] = tf.tidy(() => {
        const start: AugmentationStrength = { ...noStrength(), p: tf.scalar(from), shown: 100 };
        const after = adjusted(signs.reduce((at, sign) => measured(at, tf.scalar(sign)), start), 0.6, 1 / 400);
        assert.equal(after.shown, 0);
        return [after.p, tf.add(tf.abs(after.signs), after.count)];
      });
      close([...(await p.data()), ...(await left.data())], [expected, 0], 1e-6, `from ${from} by ${signs}`);
      tf.dispose([p, left]);
    }
  });

  it("raises p while real samples are told as real, once in `every` rounds, and the paper's way", async () => {
    const events = await eventsOf(
      train$(digitGame({ backend, rounds: 6, checkpoints: memory({ every: 6 }) }), ada({ target: -0.999, every: 2, speed: 0.01 }), discriminatorStep(), generatorStep()),
    );
    const [p, signs] = ["ada/p", "ada/sign"].map((name) => events.flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics[name]!] : [])));
    // Every measure is a mean of four signs; p moves by 0.01 · 4 · 2 before rounds 2 and 4, upwards unless all four were fake.
    assert.ok(signs!.every((sign) => Math.abs(sign) <= 1 && Number.isInteger(sign * 2)), String(signs));
    const up = [0, 2].map((first) => ((signs![first]! + signs![first + 1]!) / 2 > -0.999 ? 0.08 : -0.08));
    const after = (before: number, step: number): number => Math.min(Math.max(before + step, 0), 1);
    const [second, third] = [after(0, up[0]!), after(after(0, up[0]!), up[1]!)];
    close(p!, [0, 0, second, second, third, third], 1e-6);
  });

  it("moves p by the real samples that were shown: of every repetition, accumulated batch and turn, and of none that was not played", async () => {
    const pOf = async (every: number, isLate: boolean, ...steps: readonly [Plugin, ...Plugin[]]): Promise<number[]> => {
      // Rounds 0 to 6 with the last adjustment before round 6; r is above −0.999 unless every sample of a batch is told as generated.
      const { sources, ...game } = digitGame({ backend, rounds: 7 });
      const events = await eventsOf(train$({ ...game, sources: { ...sources, data: isLate ? late(sources["data"]!) : sources["data"]! } }, ada({ target: -0.999, every, speed: 0.001 }), ...steps, generatorStep()));
      const played = events.flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics] : []));
      assert.ok(played.every(({ "ada/sign": sign }) => sign === undefined || sign > -0.999), JSON.stringify(played));
      return played.flatMap(({ "ada/p": p }) => (p === undefined ? [] : [p]));
    };
    // 4 samples a batch.
    close(await pOf(2, false, discriminatorStep({ times: 3 })), [0, 0, 1, 1, 2, 2, 3].map((adjustments) => adjustments * 0.001 * 2 * 3 * 4), 1e-6, "times");
    close(await pOf(3, true, discriminatorStep({ accumulate: 2 })), [0, 0, 0, 1, 1, 1, 2].map((adjustments) => adjustments * 0.001 * 3 * 2 * 4), 1e-6, "accumulate, from a source that makes the turn wait");
    close(await pOf(3, false, discriminatorStep(), discriminatorStep()), [0, 0, 0, 1, 1, 1, 2].map((adjustments) => adjustments * 0.001 * 3 * 2 * 4), 1e-6, "two steps");
    // In rounds 0, 2, 4 and 6: one before the adjustment in round 2, one each before 4 and 6.
    close(await pOf(2, false, discriminatorStep({ every: 2 })), [0, 1, 2, 3].map((adjustments) => adjustments * 0.001 * 4), 1e-6, "every");
  });

  it("keeps every image in its row, with its label, whatever is done to it", async () => {
    // Image n is n + 1 all over: mirroring, turning and reflecting translation leave it as it is.
    const record = { samples: tf.mul(tf.ones([6, 8, 8, 1]), tf.tensor([1, 2, 3, 4, 5, 6], [6, 1, 1, 1])), labels: tf.range(0, 6, 1, "int32") };
    const round = { index: 1, carry: { ada: { p: tf.scalar(1), signs: tf.scalar(0), count: tf.scalar(0), shown: 0 } }, previous: {}, batchSize: 6 };
    const plugin = ada({ transforms: ["flip", "rotation", "translation"] });
    let played: Round | undefined;
    plugin(of({ ...round, views: [viewOf(plugin)], terms: [] } as unknown as Round)).subscribe((left) => { played = left; });
    const shown = tf.tidy(() => played!.views[0]!.of(record, looking()));
    assert.equal(shown["labels"], record.labels);
    close(await shown["samples"]!.data(), await record.samples.data(), 0);
    tf.dispose([record, round.carry, shown] as never);
  });
});

describe("ada", () => {
  it("refuses wrong options, and images it cannot work on", () => {
    assert.throws(() => ada({ target: 1 }), /ada: target: expected a number > -1 and < 1, got 1/);
    assert.throws(() => ada({ speed: -1 }), /speed: expected a number > 0, got -1/);
    assert.throws(() => ada({ every: 0 }), /every: expected an integer > 0, got 0/);
    assert.throws(() => ada({ transforms: ["spin" as never] }), /transforms\[0\]: expected one of "flip", "rotation", "translation", "colour", got "spin"/);
    const fields = (shape: readonly number[]) => ({ samples: { shape, dtype: "float32" as const } });
    assert.throws(() => viewOf(ada()).fields!(fields([8, 6, 3])), /transforms: expected square images for "rotation", got 8 × 6/);
    assert.throws(() => viewOf(ada()).fields!(fields([8, 8, 2])), /expected 1 or 3 channels for "colour", got 2; leave it out, or put ada before packing/);
    assert.throws(() => viewOf(ada()).fields!(fields([2])), /samples: expected images/);
    assert.throws(() => assembled(ada({ turn: "critic" }), ringGame({ rounds: 1 })), /no term is named "adversary\/critic"/);
  });

  it("says that it must stand before the steps", async () => {
    const training = train$(digitGame({ rounds: 1, backend: "cpu" }), discriminatorStep(), ada());
    await assert.rejects(eventsOf(training), /ada: expected to stand before the steps/);
  });
});

await describePlugin("a DCGAN under ADA, several repetitions and batches a turn, on late data", {
  rounds: 5,
  stops: [1, 3],
  train: (run) => {
    const game = digitGame(run);
    const views = ada({ every: 2, speed: 0.01, target: -0.9, transforms: ["flip"] });
    return train$({ ...game, sources: { ...game.sources, data: late(game.sources["data"]!) } }, views, discriminatorStep({ times: 2, accumulate: 2 }), generatorStep());
  },
});

await describePlugin("a packed DCGAN under ADA", {
  rounds: 3,
  stops: [1],
  train: (run) => train$(digitGame(run), ada({ every: 1, speed: 0.1, target: -0.9, transforms: ["flip", "translation", "colour"] }), packing({ size: 2 }), discriminatorStep(), generatorStep()),
});
