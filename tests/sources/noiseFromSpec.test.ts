import { rootKey } from "../../src/math/random/fold.ts";
import { categorical } from "../../src/sources/categorical.ts";
import { mixture } from "../../src/sources/mixture.ts";
import { gaussian, sphere, truncated, uniform } from "../../src/sources/noise.ts";
import { noiseFromSpec } from "../../src/sources/noiseFromSpec.ts";
import { renamed } from "../../src/sources/renamed.ts";
import type { Json, Spec } from "../../src/configuration/spec.ts";
import { answerOf } from "../../src/sources/drawFrom.ts";
import { assert, describe, it } from "../kit/kit.ts";

describe("noiseFromSpec", () => {
  for (const source of [gaussian(5), uniform(3, { low: 0, high: 2 }), sphere(4, { field: "style" }), truncated(6, { truncation: 0.5 }), categorical(4), categorical([1, 2], { field: "classes", as: "indicators" }), renamed(gaussian(3), { codes: "noise" })]) {
    it(`gives ${source.spec.name} of ${source.provides.join()} back, from a spec that was written and read as JSON`, async () => {
      const again = noiseFromSpec(JSON.parse(JSON.stringify(source.spec)) as Spec & Json)!;
      assert.deepEqual(again.spec, source.spec);
      assert.deepEqual(again.provides, source.provides);
      assert.deepEqual(await answerOf(again, rootKey(3), 7, 9), await answerOf(source, rootKey(3), 7, 9));
    });
  }

  it("gives nothing for what is no noise of the library's", () => {
    assert.equal(noiseFromSpec(mixture("ring", { batchSize: 4 }).spec), undefined);
  });
});
