import { linearSchedule } from "../../src/math/schedules/linearSchedule.ts";
import { fold, rootKey } from "../../src/math/random/fold.ts";
import { tf, type Tensor } from "../../src/math/tensor.ts";
import { flips, labelFlipping } from "../../src/stabilisers/labelFlipping.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { describePlugin } from "../contracts/describePlugin.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { assembled } from "./digitGame.ts";
import { seeing } from "./seeing.ts";

const COUNT = 400;
const realLogits = Array.from({ length: COUNT }, (_, i) => Math.sin(i) + 1);
const fakeLogits = Array.from({ length: COUNT }, (_, i) => Math.cos(3 * i) - 1);
const softplus = (z: number): number => Math.log1p(Math.exp(z));
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const term = (probability: Parameters<typeof labelFlipping>[0]["probability"]) =>
  assembled(labelFlipping({ probability }), ringGame({ rounds: 1 })).terms.find(({ name }) => name === "adversary/discriminator")!;

await describeOnEachBackend("label flipping", () => {
  it("is the discriminator's loss with the targets of some pairs exchanged, and so is its gradient", async () => {
    const [x, g] = [tf.tensor2d(realLogits, [COUNT, 1]), tf.tensor2d(fakeLogits, [COUNT, 1])];
    const { value, grads } = tf.valueAndGrads((real: Tensor, fake: Tensor) => term(0.3).of(seeing(real, fake)))([x, g]);
    const [inReal, inFake] = [await grads[0]!.data(), await grads[1]!.data()];
    // Which rows are flipped is read off the sign of the gradient: real wants up (−), unless it is told to be fake.
    const isFlipped = Array.from(inReal, (slope) => slope > 0);
    assert.deepEqual(Array.from(inFake, (slope) => slope < 0), isFlipped);
    const share = mean(isFlipped.map(Number));
    assert.ok(Math.abs(share - 0.3) < 5 * Math.sqrt((0.3 * 0.7) / COUNT), `share ${share}`);
    const toReal = (z: number): number => softplus(-z);
    const loss = mean(isFlipped.map((flipped, i) => (flipped ? softplus(realLogits[i]!) + toReal(fakeLogits[i]!) : toReal(realLogits[i]!) + softplus(fakeLogits[i]!))));
    close(await value.data(), [loss], 1e-5);
    close(inReal, realLogits.map((z, i) => (sigmoid(z) - (isFlipped[i]! ? 0 : 1)) / COUNT), 1e-6);
    close(inFake, fakeLogits.map((z, i) => (sigmoid(z) - (isFlipped[i]! ? 1 : 0)) / COUNT), 1e-6);
    tf.dispose([x, g, value, ...grads]);
  });

  it("flips nothing at 0, all at 1, and what the schedule says between", async () => {
    const losses = tf.tidy(() => {
      const of = (probability: Parameters<typeof term>[0], index = 0): Tensor =>
        term(probability).of(seeing(tf.tensor2d(realLogits, [COUNT, 1]), tf.tensor2d(fakeLogits, [COUNT, 1]), { index }));
      const falling = linearSchedule({ from: 1, to: 0, rounds: 4 });
      return tf.stack([of(0), of(1), of(falling, 0), of(falling, 4)]);
    });
    const plain = mean(realLogits.map((z) => softplus(-z))) + mean(fakeLogits.map(softplus));
    const exchanged = mean(fakeLogits.map((z) => softplus(-z))) + mean(realLogits.map(softplus));
    close(await losses.data(), [plain, exchanged, exchanged, plain], 1e-5);
    losses.dispose();
  });
});

describe("labelFlipping", () => {
  it("flips each row with the probability, by the key", () => {
    const many = flips(rootKey(1), 20_000, 0.1);
    assert.ok(Math.abs(many.reduce((sum, value) => sum + value, 0) / 20_000 - 0.1) < 5 * Math.sqrt(0.09 / 20_000));
    assert.deepEqual(flips(rootKey(1), 9, 0.5), flips(rootKey(1), 20, 0.5).slice(0, 9));
    assert.notDeepEqual(flips(rootKey(1), 64, 0.5), flips(fold(rootKey(1), 1), 64, 0.5));
  });

  it("refuses what is no probability, and a game without the term", () => {
    for (const probability of [-0.1, 1.1, "often" as never]) {
      assert.throws(() => labelFlipping({ probability }), /labelFlipping: probability: expected a number >= 0 and <= 1 or a schedule/);
    }
    assert.throws(() => train$(ringGame({ rounds: 1 }), labelFlipping({ probability: 0.1, turn: "critic" }), discriminatorStep()), /no term is named "adversary\/critic"; there are adversary\/discriminator, adversary\/generator/);
  });

  it("leaves the generator's term alone", () => {
    const game = ringGame({ rounds: 1 });
    assert.equal(assembled(labelFlipping({ probability: 1 }), game).terms[1], game.terms[1]);
  });
});

await describePlugin("a GAN with flipped labels", {
  rounds: 4,
  stops: [1, 3],
  train: (run) => train$(ringGame(run), labelFlipping({ probability: 0.3 }), discriminatorStep(), generatorStep()),
});
