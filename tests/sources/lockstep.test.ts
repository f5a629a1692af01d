import type { Source } from "../../src/game/source.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { array } from "../../src/sources/array.ts";
import { asyncIterable } from "../../src/sources/asyncIterable.ts";
import { lockstep } from "../../src/sources/lockstep.ts";
import { gaussian, uniform } from "../../src/sources/noise.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { describeSource, opened, signal } from "./describeSource.ts";

const data = array({ samples: Float32Array.from({ length: 20 }, (_, i) => i), shape: [2], batchSize: 5 });
const codes = asyncIterable({
  iterable: async function* () {
    for (let i = 0; i < 10; i++) yield { codes: i };
  },
  fields: { codes: { shape: [], dtype: "float32" } },
  batchSize: 3,
});

describeSource("lockstep", () => lockstep(data, gaussian(3), uniform(2, { field: "style" })));
describeSource("lockstep with one that answers later", () => lockstep(data, codes));

describe("lockstep", () => {
  it("joins the fields, and takes size and length from the first that has them", async () => {
    const joined: Source<"noise" | "samples"> = lockstep(gaussian(3), data);
    assert.deepEqual([joined.batchSize, joined.provides], [5, ["noise", "samples"]]);
    const open = await opened(joined);
    assert.equal(open.length, 10);
    assert.ok(!("then" in open.at(0, 4, signal)), "stays synchronous");
  });

  it("keeps shuffled data of the same length aligned", async () => {
    const masks: Source<"masks"> = {
      ...array({ samples: Float32Array.from({ length: 10 }, (_, i) => 2 * i), shape: [1], batchSize: 5 }),
      provides: ["masks"],
      open: async (context) => {
        const open = await array({ samples: Float32Array.from({ length: 10 }, (_, i) => 2 * i), shape: [1], batchSize: 5 }).open(context);
        return {
          fields: { masks: open.fields["samples"]! },
          at: async (...asked) => {
            const { count, fields } = await open.at(...asked);
            return { count, fields: { masks: fields["samples"]! } };
          },
        };
      },
    };
    const { fields } = await (await opened(lockstep(data, masks))).at(0, 25, signal);
    assert.deepEqual([...fields["masks"]!], Array.from({ length: 25 }, (_, i) => fields["samples"]![2 * i]));
  });

  it("closes those that opened where another does not", async () => {
    let closed = 0;
    const opens: Source<"a"> = {
      spec: { name: "a" },
      provides: ["a"],
      open: () => ({ fields: {}, at: () => ({ count: 0, fields: {} }), close: () => void closed++ }),
    };
    const fails: Source<"b"> = {
      spec: { name: "b" },
      provides: ["b"],
      open: () => {
        throw new Error("no such file");
      },
    };
    await assert.rejects(async () => lockstep(opens, fails).open({ key: rootKey(1), signal }), /no such file/);
    assert.equal(closed, 1);
  });

  it("refuses two fields of one name", () => {
    assert.throws(() => lockstep(gaussian(2), uniform(2)), /lockstep: expected every field once, got "noise" from two sources/);
  });
});
