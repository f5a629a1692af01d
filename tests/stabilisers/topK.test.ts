import { adversarialTerms } from "../../src/game/gan.ts";
import { relativistic } from "../../src/math/objectives/relativistic.ts";
import { relativisticAverage } from "../../src/math/objectives/relativisticAverage.ts";
import { bestRows, pickRows } from "../../src/math/objectives/bestRows.ts";
import { tf, type Tensor, type Tensors } from "../../src/math/tensor.ts";
import { shareAt, topK } from "../../src/stabilisers/topK.ts";
import { withRows } from "../../src/stabilisers/withRows.ts";
import { unrolled } from "../../src/stabilisers/unrolled.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { describePlugin } from "../contracts/describePlugin.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { assembled } from "./digitGame.ts";
import { seeing } from "./seeing.ts";

const logits = [0.3, -2, 1.5, 0.1, -0.4, 2.2, -3, 0.7];
const softplus = (z: number): number => Math.log1p(Math.exp(z));
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const term = (options: Parameters<typeof topK>[0]) =>
  assembled(topK(options), ringGame({ rounds: 1 })).terms.find(({ name }) => name === "adversary/generator")!;

await describeOnEachBackend("top-k", () => {
  it("is the mean over the k samples judged most real, and moves no other", async () => {
    const fake = tf.tensor2d(logits, [8, 1]);
    // from 1 to ¼ in 2 rounds: all 8, then 4, then 2.
    const rounds: readonly (readonly [number, readonly number[]])[] = [[0, [0, 1, 2, 3, 4, 5, 6, 7]], [1, [0, 2, 5, 7]], [2, [2, 5]], [9, [2, 5]]];
    for (const [index, chosen] of rounds) {
      const { value, grad } = tf.valueAndGrad((z: Tensor) => term({ to: 0.25, rounds: 2 }).of(seeing(z, z, { index, turn: "generator" })))(fake);
      const k = chosen.length;
      close(await value.data(), [chosen.reduce((sum, i) => sum + softplus(-logits[i]!) / k, 0)], 1e-6);
      close(await grad.data(), logits.map((z, i) => (chosen.includes(i) ? (sigmoid(z) - 1) / k : 0)), 1e-6);
      tf.dispose([value, grad]);
    }
    fake.dispose();
  });

  it("keeps heads, features and fields of any type in line, and counts a patch by its mean", async () => {
    // Means 0, 3, 2: the second and the third row are best.
    const patches = tf.tensor([0, 0, 0, 0, 9, -9, 9, 3, 2, 2, 2, 2], [3, 2, 2, 1]);
    const labels = tf.tensor1d([7, 8, 9], "int32");
    const picking = bestRows(patches, 2);
    const [rows, names] = [pickRows(patches, picking), pickRows(labels, picking)];
    assert.deepEqual([rows.shape, names.dtype], [[2, 2, 2, 1], "int32"]);
    assert.deepEqual([Array.from(await rows.data()), Array.from(await names.data())], [[9, -9, 9, 3, 2, 2, 2, 2], [8, 9]]);
    tf.dispose([patches, labels, picking, rows, names]);
  });
});

describe("rows rearranged on one side", () => {
  it("are the same rows in the passes, in what was shown and in another look at it", async () => {
    const real = tf.tensor2d([1, 2, 3], [3, 1]);
    const fake = tf.tensor2d([4, 5, 6], [3, 1]);
    const look = (side: "real" | "fake", _?: string, name?: string): Tensors => ({ samples: tf.mul(side === "real" ? real : fake, name === "again" ? 10 : 1) });
    const turned = withRows(seeing(real, fake, { shown: look }), "adversary", (side, rows) => tf.reverse(rows(side), 0));
    const tensors = [turned.fake().heads["logits"]!, turned.fake().features, turned.shown("fake")["samples"]!, turned.shown("fake", "adversary", "again")["samples"]!];
    const values = await Promise.all(tensors.map(async (tensor) => [...(await tensor.data())]));
    assert.deepEqual(values, [[6, 5, 4], [6, 5, 4], [6, 5, 4], [60, 50, 40]]);
    assert.equal(turned.shown("real"), turned.shown("real"));
  });
});

describe("topK", () => {
  it("goes from the first share to the last by a constant factor a round, and stays", () => {
    close([0, 5, 10, 11].map((index) => shareAt(index, 1, 0.25, 10)), [1, 0.5, 0.25, 0.25], 1e-12);
  });

  it("refuses shares that are none, and growing ones", () => {
    assert.throws(() => topK({ rounds: 0 }), /topK: rounds: expected an integer > 0, got 0/);
    assert.throws(() => topK({ rounds: 10, to: 0 }), /to: expected a number > 0 and <= 1, got 0/);
    assert.throws(() => topK({ rounds: 10, from: 1.5 }), /from: expected a number > 0 and <= 1, got 1.5/);
    assert.throws(() => topK({ rounds: 10, from: 0.4 }), /to: expected at most from, 0.4, got 0.5/);
  });
});

describe("top-k of a game that compares samples in pairs", () => {
  const paired = { ...ringGame({ rounds: 1 }), terms: adversarialTerms(relativistic()) };
  const message = /topK: relativistic\(\) compares as many real as generated samples, in pairs, .* take relativisticAverage\(\)/;

  it("is refused at assembly, whatever has changed the term before", () => {
    assert.throws(() => train$(paired, topK({ rounds: 2 }), discriminatorStep(), generatorStep()), message);
    assert.throws(() => train$(paired, unrolled({ steps: 1 }), topK({ rounds: 2 }), discriminatorStep(), generatorStep()), message);
    const averaged = { ...paired, terms: adversarialTerms(relativisticAverage()) };
    assert.doesNotThrow(() => train$(averaged, topK({ rounds: 2 }), topK({ rounds: 4 }), discriminatorStep(), generatorStep()));
  });
});

await describePlugin("top-k training", {
  rounds: 4,
  stops: [1, 3],
  train: (run) => train$(ringGame(run), topK({ rounds: 2 }), discriminatorStep(), generatorStep()),
});

await describePlugin("top-k training of a relativistic GAN", {
  rounds: 3,
  stops: [2],
  train: (run) =>
    train$({ ...ringGame(run), terms: adversarialTerms(relativisticAverage()) }, topK({ rounds: 1, to: 0.25 }), discriminatorStep(), generatorStep()),
});
