import { bernoulli } from "../../../src/math/likelihoods/bernoulli.ts";
import { squaredError } from "../../../src/math/likelihoods/squaredError.ts";
import { type Tensor, tf } from "../../../src/math/tensor.ts";
import { describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";
import { autoencodingReferences } from "../../references/autoencodingReferences.ts";

await describeOnEachBackend("the Bernoulli likelihood", () => {
  it("is PyTorch's, with its gradient", async () => {
    const { shape, logits, samples, negativeLog, gradient } = autoencodingReferences.bernoulli;
    const x = tf.tensor(samples, shape);
    const { value, grad } = tf.valueAndGrad((l: Tensor) => tf.sum(bernoulli().negativeLog(x, l)))(tf.tensor(logits, shape));
    close(await bernoulli().negativeLog(x, tf.tensor(logits, shape)).data(), negativeLog, 1e-5, "negativeLog");
    close((await value.data())[0]!, negativeLog.reduce((sum, each) => sum + each, 0), 1e-5, "sum");
    close(await grad.data(), gradient, 1e-5, "gradient");
  });

  it("is finite for logits of any size, and sums over images of any shape", async () => {
    const x = tf.tensor4d([1, 0, 1, 0], [1, 2, 2, 1]);
    close(await bernoulli().negativeLog(x, tf.tensor4d([300, -300, -300, 300], [1, 2, 2, 1])).data(), [600], 1e-6);
    close(await bernoulli().negativeLog(tf.fill([2, 3], 0.25), tf.zeros([2, 3])).data(), [3 * Math.LN2, 3 * Math.LN2], 1e-6);
  });
});

await describeOnEachBackend("the squared error", () => {
  it("is half the squared distance in units of the deviation", async () => {
    const [x, y] = [tf.tensor2d([[1, 2], [0, 0]]), tf.tensor2d([[1, 4], [3, 4]])];
    close(await squaredError().negativeLog(x, y).data(), [2, 12.5], 1e-6);
    close(await squaredError({ deviation: 0.5 }).negativeLog(x, y).data(), [8, 50], 1e-6);
  });
});

describe("squaredError", () => {
  it("refuses a deviation that is none", () => {
    assert.throws(() => squaredError({ deviation: 0 }), /squaredError: deviation: expected a number > 0, got 0/);
  });
});
