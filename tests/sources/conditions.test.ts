import { ConfigurationError } from "../../src/configuration/configurationError.ts";
import { array } from "../../src/sources/array.ts";
import { conditions } from "../../src/sources/conditions.ts";
import { mixture } from "../../src/sources/mixture.ts";
import { noiseFromSpec } from "../../src/sources/noiseFromSpec.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { describeSource, opened, signal } from "./describeSource.ts";

const labels = Int32Array.from({ length: 50 }, (_, i) => (i < 40 ? 2 : 0));
const data = array({ samples: new Float32Array(100), labels, shape: [2], batchSize: 5 });

describeSource("labels as the data have them", () => conditions(data));
describeSource("labels, every class alike", () => conditions(data, { draw: "uniform" }));

/** How often each class is drawn. */
async function sharesOf(source: ReturnType<typeof conditions>, count: number): Promise<readonly number[]> {
  const { fields } = await (await opened(source)).at(0, count, signal);
  return [0, 1, 2].map((k) => fields["labels"]!.filter((label) => label === k).length / count);
}

describe("conditions", () => {
  it("have the classes of the data in the data's shares, unless every class is to be alike", async () => {
    // Whole passes over the data: exact.
    assert.deepEqual(await sharesOf(conditions(data), 500), [0.2, 0, 0.8]);
    // Five standard errors of a third.
    for (const share of await sharesOf(conditions(data, { draw: "uniform" }), 3000)) assert.ok(Math.abs(share - 1 / 3) < 0.043, `${share}`);
  });

  it("are rebuilt from their spec where the classes are alike and known", async () => {
    const plans = { labels: { shape: [], dtype: "int32", classes: 3 } } as const;
    const again = noiseFromSpec(conditions(data, { draw: "uniform" }).spec, plans)!;
    const { fields } = await (await opened(again)).at(0, 100, signal);
    assert.deepEqual([...new Set(fields["labels"])].sort(), [0, 1, 2]);
    assert.equal(noiseFromSpec(conditions(data, { draw: "uniform" }).spec), undefined);
    assert.equal(noiseFromSpec(conditions(data).spec, plans), undefined);
  });

  it("refuse a field the data lack, and classes of what is no label", async () => {
    const fails = (source: ReturnType<typeof conditions>, message: RegExp) => assert.rejects(opened(source), (error) => error instanceof ConfigurationError && message.test(error.message));
    await fails(conditions(data, { field: "hint" }) as never, /field: expected one of samples, labels, which the data provide, got "hint"/);
    await fails(conditions(mixture("ring", { batchSize: 4 }), { field: "samples", draw: "uniform" }) as never, /draw: expected "data", since "samples" is not a label/);
    await fails(conditions(mixture([[0, 1]], { batchSize: 4, deviation: 0.1 }), { draw: "uniform" }) as never, /draw: expected labels of at least 2 classes to choose from, and "labels" has 1/);
    assert.throws(() => conditions(data, { draw: "evenly" as never }), /draw: expected one of "data", "uniform"/);
  });
});
