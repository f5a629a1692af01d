import { hinge } from "../../../src/math/objectives/hinge.ts";
import { leastSquares } from "../../../src/math/objectives/leastSquares.ts";
import { maximumLikelihood } from "../../../src/math/objectives/maximumLikelihood.ts";
import { minimax } from "../../../src/math/objectives/minimax.ts";
import { nonSaturating } from "../../../src/math/objectives/nonSaturating.ts";
import type { Objective } from "../../../src/math/objectives/objective.ts";
import { relativistic } from "../../../src/math/objectives/relativistic.ts";
import { relativisticAverage } from "../../../src/math/objectives/relativisticAverage.ts";
import { wasserstein } from "../../../src/math/objectives/wasserstein.ts";
import { type Tensor, tf } from "../../../src/math/tensor.ts";
import { describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { describeObjective } from "../../contracts/describeObjective.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";
import { expectation, logFake, logReal, mean, V } from "./closedForms.ts";

await describeObjective("minimax", minimax(), {
  discriminator: (real, fake) => -V(real, fake),
  generator: (fake) => mean(fake.map(logFake)),
});
await describeObjective("minimax with ½", minimax({ half: true }), {
  discriminator: (real, fake) => -V(real, fake) / 2,
  generator: (fake) => mean(fake.map(logFake)) / 2,
});
await describeObjective("nonSaturating", nonSaturating(), {
  discriminator: (real, fake) => -V(real, fake),
  generator: (fake) => -mean(fake.map(logReal)),
});
await describeObjective("maximumLikelihood", maximumLikelihood(), {
  discriminator: (real, fake) => -V(real, fake) / 2,
  // Along the tangent from 40 on.
  generator: (fake) => -expectation(fake, (z) => Math.exp(Math.min(z, 40)) * (1 + Math.max(z - 40, 0))) / 2,
  generatorSlopes: (fake) => fake.map((z) => -Math.exp(Math.min(z, 40)) / 2 / fake.length),
}, 1e-5); // exp(40) in float32: 40 half steps of 2⁻²³
await describeObjective("leastSquares", leastSquares(), {
  discriminator: (real, fake) => (expectation(real, (s) => (s - 1) ** 2) + expectation(fake, (s) => s ** 2)) / 2,
  generator: (fake) => expectation(fake, (s) => (s - 1) ** 2) / 2,
});
await describeObjective("leastSquares for Pearson's divergence", leastSquares({ a: -1, b: 1, c: 0 }), {
  discriminator: (real, fake) => (expectation(real, (s) => (s - 1) ** 2) + expectation(fake, (s) => (s + 1) ** 2)) / 2,
  generator: (fake) => expectation(fake, (s) => s ** 2) / 2,
});
await describeObjective("hinge", hinge(), {
  discriminator: (real, fake) => expectation(real, (s) => Math.max(0, 1 - s)) + expectation(fake, (s) => Math.max(0, 1 + s)),
  generator: (fake) => -mean(fake),
});
await describeObjective("wasserstein", wasserstein(), {
  discriminator: (real, fake) => mean(fake) - mean(real),
  generator: (fake) => -mean(fake),
});
await describeObjective("wasserstein with drift", wasserstein({ drift: 0.001 }), {
  discriminator: (real, fake) => mean(fake) - mean(real) + 0.001 * expectation(real, (s) => s * s),
  generator: (fake) => -mean(fake),
});
await describeObjective("relativistic", relativistic(), {
  discriminator: (real, fake) => -mean(real.map((s, i) => logReal(s - fake[i]!))),
  generator: (fake, real) => -mean(fake.map((s, i) => logReal(s - real[i]!))),
});
await describeObjective("relativisticAverage", relativisticAverage(), {
  discriminator: (real, fake) => -expectation(real, (s) => logReal(s - mean(fake))) - expectation(fake, (s) => logFake(s - mean(real))),
  generator: (fake, real) => -expectation(fake, (s) => logReal(s - mean(real))) - expectation(real, (s) => logFake(s - mean(fake))),
});
await describeObjective("relativisticAverage by least squares", relativisticAverage({ form: "leastSquares" }), {
  discriminator: (real, fake) => expectation(real, (s) => (s - mean(fake) - 1) ** 2) + expectation(fake, (s) => (s - mean(real) + 1) ** 2),
  generator: (fake, real) => expectation(fake, (s) => (s - mean(real) - 1) ** 2) + expectation(real, (s) => (s - mean(fake) + 1) ** 2),
});

await describeOnEachBackend("the first objectives", () => {
  it("at D = ½ everywhere lose 2 log 2, and −log 2 or log 2", async () => {
    const zeros = tf.zeros([4, 1]);
    const losses = [minimax(), nonSaturating()].flatMap((one) => [
      one.discriminator({ real: zeros, fake: zeros }),
      one.generator({ fake: zeros }),
    ]);
    close(await tf.stack(losses).data(), [2 * Math.LN2, -Math.LN2, 2 * Math.LN2, Math.LN2], 1e-6);
  });

  it("where the discriminator is sure of a fake, give the generator no gradient or one of −1", async () => {
    const sure = tf.tensor2d([-80], [1, 1]);
    const slope = (objective: Objective): Tensor => tf.grad((fake) => objective.generator({ fake }))(sure);
    const [saturated, unsaturated] = await tf.concat([slope(minimax()), slope(nonSaturating())]).data();
    assert.ok(Math.abs(saturated!) < 1e-30, `${saturated}`);
    close(unsaturated!, -1, 1e-6);
  });

  it("take batches of different sizes, but where they are compared in pairs", async () => {
    const scores = { real: tf.zeros([2, 1]), fake: tf.zeros([5, 1]) };
    close(await minimax().discriminator(scores).data(), [2 * Math.LN2], 1e-6);
    assert.throws(() => relativistic().discriminator(scores), /relativistic: batch: expected as many real as generated samples.*got 2 and 5; relativisticAverage takes any/);
  });
});

await describeOnEachBackend("maximumLikelihood", () => {
  it("stays finite at any logit, in its loss and its gradient", async () => {
    const far = tf.tensor2d([1e6], [1, 1]);
    const { value, grad } = tf.valueAndGrad((fake: Tensor) => maximumLikelihood().generator({ fake }))(far);
    const [loss, slope] = await tf.concat([tf.reshape(value, [1]), tf.reshape(grad, [1])]).data();
    assert.ok(Number.isFinite(loss!), `${loss}`);
    close(slope! / -(Math.exp(40) / 2), 1, 1e-5);
  });
});

describe("objectives", () => {
  it("refuse wrong options by name", () => {
    assert.throws(() => minimax({ halve: true } as object), /minimax: halve: unknown option; did you mean "half"/);
    assert.throws(() => leastSquares({ a: 1 }), /leastSquares: b: expected another target than a, got 1 for both/);
    assert.throws(() => leastSquares({ c: Infinity }), /leastSquares: c: expected a number, got Infinity/);
    assert.throws(() => wasserstein({ drift: -1 }), /wasserstein: drift: expected a number >= 0, got -1/);
    assert.throws(() => relativisticAverage({ form: "hinge" } as object), /relativisticAverage: form: expected one of "standard", "leastSquares", got "hinge"/);
  });
});
