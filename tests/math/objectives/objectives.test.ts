import { minimax } from "../../../src/math/objectives/minimax.ts";
import { nonSaturating } from "../../../src/math/objectives/nonSaturating.ts";
import type { Objective } from "../../../src/math/objectives/objective.ts";
import { type Tensor, tf } from "../../../src/math/tensor.ts";
import { describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { describeObjective } from "../../contracts/describeObjective.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
/** log σ(z) and log(1 − σ(z)) in float64, by the form that neither overflows nor rounds to 0. */
const logReal = (z: number): number => Math.min(z, 0) - Math.log1p(Math.exp(-Math.abs(z)));
const logFake = (z: number): number => logReal(-z);

/** V(D, G) = E[log D(x)] + E[log(1 − D(G(z)))]. */
const V = (real: readonly number[], fake: readonly number[]): number => mean(real.map(logReal)) + mean(fake.map(logFake));

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

  it("take batches of different sizes", async () => {
    const loss = minimax().discriminator({ real: tf.zeros([2, 1]), fake: tf.zeros([5, 1]) });
    close(await loss.data(), [2 * Math.LN2], 1e-6);
  });
});

describe("minimax", () => {
  it("refuses unknown options", () => {
    assert.throws(() => minimax({ halve: true } as object), /minimax: halve: unknown option; did you mean "half"/);
  });
});
