import { maximumLikelihood } from "../../../src/math/objectives/maximumLikelihood.ts";
import { minimax } from "../../../src/math/objectives/minimax.ts";
import { nonSaturating } from "../../../src/math/objectives/nonSaturating.ts";
import type { Smoothing } from "../../../src/math/objectives/smoothing.ts";
import { describeObjective } from "../../contracts/describeObjective.ts";
import { assert, describe, it } from "../../kit/kit.ts";
import { expectation, logFake, logReal } from "./closedForms.ts";

/** Minus E[α log D + (1 − α) log(1 − D)] on real samples, and the same with β on generated ones. */
const smoothed = (alpha: number, beta: number) => (real: readonly number[], fake: readonly number[]): number =>
  -expectation(real, (z) => alpha * logReal(z) + (1 - alpha) * logFake(z)) - expectation(fake, (z) => beta * logReal(z) + (1 - beta) * logFake(z));

const oneSided = { real: 0.9 };
const twoSided = { real: 0.8, fake: 0.3, allowTwoSided: true };

await describeObjective("nonSaturating, smoothed one-sidedly", nonSaturating({ smoothing: oneSided }), {
  discriminator: smoothed(0.9, 0),
  generator: (fake) => -expectation(fake, logReal),
});
await describeObjective("nonSaturating, smoothed far down", nonSaturating({ smoothing: { real: 0.4 } }), {
  discriminator: smoothed(0.4, 0),
  generator: (fake) => -expectation(fake, logReal),
});
await describeObjective("minimax with ½, smoothed on both sides", minimax({ half: true, smoothing: twoSided }), {
  discriminator: (real, fake) => smoothed(0.8, 0.3)(real, fake) / 2,
  generator: (fake) => expectation(fake, logFake) / 2,
});

describe("label smoothing", () => {
  const refused = (smoothing: unknown, message: RegExp): void => {
    for (const objective of [nonSaturating, minimax, maximumLikelihood]) {
      assert.throws(() => objective({ smoothing: smoothing as Smoothing }), message);
    }
  };

  it("is two-sided only where that is said, and says why", () => {
    refused({ real: 0.9, fake: 0.1 }, /smoothing\.fake: expected 0, got 0\.1: .*wrong samples are drawn to each other.*allowTwoSided: true/);
    refused({ real: 0.9, fake: 0.1, allowTwoSided: false }, /allowTwoSided: true/);
    assert.doesNotThrow(() => nonSaturating({ smoothing: { real: 0.9, fake: 0, allowTwoSided: false } }));
  });

  it("refuses targets that are none", () => {
    refused({ real: 1.1 }, /smoothing\.real: expected a number > 0 and <= 1, got 1\.1/);
    refused({ real: 0 }, /smoothing\.real: expected a number > 0 and <= 1, got 0/);
    refused({ real: 0.3, fake: 0.3, allowTwoSided: true }, /smoothing\.fake: expected a number below the target for real samples \(0\.3\), got 0\.3/);
    refused({ fake: 0.1 }, /smoothing\.real: expected a number > 0 and <= 1, got nothing/);
    refused(0.9, /smoothing: expected an object with real, fake, allowTwoSided, got 0\.9/);
    refused(null, /smoothing: expected an object/);
  });

  it("is in the spec where there is any, and only there", () => {
    assert.deepEqual(nonSaturating().spec, { name: "nonSaturating" });
    assert.deepEqual(minimax().spec, { name: "minimax", options: { half: false } });
    assert.deepEqual(nonSaturating({ smoothing: oneSided }).spec, { name: "nonSaturating", options: { smoothing: { real: 0.9, fake: 0 } } });
  });
});
