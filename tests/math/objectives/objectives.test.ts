import { minimax } from "../../../src/math/objectives/minimax.ts";
import { nonSaturating } from "../../../src/math/objectives/nonSaturating.ts";
import type { Objective } from "../../../src/math/objectives/objective.ts";
import { type Tensor, tf } from "../../../src/math/tensor.ts";
import { describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";

const real = [-80, -6, -0.5, 0, 2, 80];
const fake = [-80, -3, 0, 0.25, 5, 80];
const sigma = (z: number): number => 1 / (1 + Math.exp(-z));
/** log(1 + eᶻ) in float64, by the form that neither overflows nor rounds to 0. */
const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Both losses and their gradients in the logits, from the definitions: D(x) = σ(z). */
interface Closed {
  readonly discriminator: number;
  readonly inReal: readonly number[];
  readonly inFake: readonly number[];
  readonly generator: number;
  readonly inGenerated: readonly number[];
}
const discriminator = {
  discriminator: mean(real.map((z) => softplus(-z))) + mean(fake.map(softplus)),
  inReal: real.map((z) => (sigma(z) - 1) / real.length),
  inFake: fake.map((z) => sigma(z) / fake.length),
};
const minimaxed: Closed = { ...discriminator, generator: -mean(fake.map(softplus)), inGenerated: fake.map((z) => -sigma(z) / fake.length) };
const halved: Closed = {
  discriminator: minimaxed.discriminator / 2,
  inReal: minimaxed.inReal.map((g) => g / 2),
  inFake: minimaxed.inFake.map((g) => g / 2),
  generator: minimaxed.generator / 2,
  inGenerated: minimaxed.inGenerated.map((g) => g / 2),
};
const unsaturated: Closed = {
  ...discriminator,
  generator: mean(fake.map((z) => softplus(-z))),
  inGenerated: fake.map((z) => (sigma(z) - 1) / fake.length),
};

const members: readonly [title: string, objective: Objective, closed: Closed][] = [
  ["minimax", minimax(), minimaxed],
  ["minimax with ½", minimax({ half: true }), halved],
  ["nonSaturating", nonSaturating(), unsaturated],
];

await describeOnEachBackend("objectives", () => {
  for (const [title, objective, closed] of members) {
    it(`${title}: losses and gradients are those of the definition to 1e-6, up to logits of ±80`, async () => {
      const packed = tf.tidy(() => {
        const [x, g] = [tf.tensor2d(real, [6, 1]), tf.tensor2d(fake, [6, 1])] as const;
        const ofD = tf.valueAndGrads((r: Tensor, f: Tensor) => objective.discriminator({ real: r, fake: f }))([x, g]);
        const ofG = tf.valueAndGrad((f: Tensor) => objective.generator({ fake: f }))(g);
        assert.deepEqual([ofD.value.shape, ofG.value.shape], [[], []]);
        return tf.concat([ofD.value, ...ofD.grads, ofG.value, ofG.grad].map((tensor) => tf.reshape(tensor, [-1])));
      });
      const values = await packed.data();
      packed.dispose();
      close(values[0]!, closed.discriminator, 1e-6, "discriminator");
      close(values.subarray(1, 7), closed.inReal, 1e-6, "gradient in the real logits");
      close(values.subarray(7, 13), closed.inFake, 1e-6, "gradient in the fake logits");
      close(values[13]!, closed.generator, 1e-6, "generator");
      close(values.subarray(14, 20), closed.inGenerated, 1e-6, "gradient of the generator");
    });
  }

  it("at D = ½ everywhere the losses are 2 log 2, and −log 2 or log 2", async () => {
    const zeros = tf.zeros([4, 1]);
    const losses = tf.stack([
      ...[minimax(), nonSaturating()].flatMap((one) => [one.discriminator({ real: zeros, fake: zeros }), one.generator({ fake: zeros })]),
    ]);
    close(await losses.data(), [2 * Math.LN2, -Math.LN2, 2 * Math.LN2, Math.LN2], 1e-6);
  });

  it("where the discriminator is sure of a fake, the minimax generator has no gradient and the non-saturating one −1", async () => {
    const sure = tf.tensor2d([-80], [1, 1]);
    const slope = (objective: Objective): Tensor => tf.grad((f) => objective.generator({ fake: f }))(sure);
    const [saturated, unsaturatedSlope] = await tf.stack([slope(minimax()), slope(nonSaturating())]).data();
    assert.ok(Math.abs(saturated!) < 1e-30, `${saturated}`);
    close(unsaturatedSlope!, -1, 1e-6);
  });
});

describe("objectives", () => {
  it("carry specs, and refuse unknown options", () => {
    assert.deepEqual(minimax().spec, { name: "minimax", options: { half: false } });
    assert.deepEqual(nonSaturating().spec, { name: "nonSaturating" });
    assert.throws(() => minimax({ halve: true } as object), /minimax: halve: unknown option; did you mean "half"/);
  });
});
