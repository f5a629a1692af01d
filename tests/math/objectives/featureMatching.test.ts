import { featureDistance } from "../../../src/math/objectives/featureDistance.ts";
import { featureMatching } from "../../../src/math/objectives/featureMatching.ts";
import { hinge } from "../../../src/math/objectives/hinge.ts";
import { tf } from "../../../src/math/tensor.ts";
import { describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { describeObjective, type Rows } from "../../contracts/describeObjective.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";
import { expectation, mean, V } from "./closedForms.ts";

const centre = (rows: Rows): readonly number[] => rows[0]!.map((_, i) => mean(rows.map((row) => row[i]!)));
const apart = (a: Rows, b: Rows): number => centre(a).reduce((sum, value, i) => sum + (value - centre(b)[i]!) ** 2, 0);

await describeObjective("featureMatching", featureMatching(), {
  discriminator: (real, fake) => -V(real, fake),
  generator: (_, __, fakeFeatures, realFeatures) => apart(fakeFeatures, realFeatures),
});
await describeObjective("featureMatching against a hinge discriminator", featureMatching({ discriminator: hinge() }), {
  discriminator: (real, fake) => expectation(real, (s) => Math.max(0, 1 - s)) + expectation(fake, (s) => Math.max(0, 1 + s)),
  generator: (_, __, fakeFeatures, realFeatures) => apart(fakeFeatures, realFeatures),
});

await describeOnEachBackend("the feature distance", () => {
  it("compares the means of batches of different sizes, over features of any shape", async () => {
    const real = tf.tensor4d([1, 2, 3, 4, 3, 2, 1, 0], [2, 2, 2, 1]); // mean 2, 2, 2, 2
    const fake = tf.tensor4d([2, 3, 2, 0], [1, 2, 2, 1]);
    close(await featureDistance(real, fake).data(), [5], 1e-6);
  });

  it("refuses features that differ in shape", () => {
    assert.throws(() => featureDistance(tf.ones([2, 3]), tf.ones([2, 4])), /features of shape \[4\] cannot be matched with \[3\]/);
  });
});

describe("featureMatching", () => {
  it("refuses a discriminator's objective that is none", () => {
    assert.throws(() => featureMatching({ discriminator: {} as never }), /featureMatching: discriminator: expected an objective/);
  });
});
