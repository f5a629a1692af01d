import { swissRoll } from "../../src/sources/swissRoll.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { chiSquare, chiSquareBound } from "../math/random/statistics.ts";
import { describeSource, opened, rowsOf, signal } from "./describeSource.ts";

describeSource("swissRoll", () => swissRoll({ batchSize: 8 }));

describe("swissRoll", () => {
  it("lies on the spiral r = radius · φ / (2π · turns), from the middle outwards by label", async () => {
    const batch = await (await opened(swissRoll({ turns: 1.5, radius: 2, deviation: 0, classes: 4 }))).at(0, 500, signal);
    rowsOf(batch, "samples").forEach(([x, y], i) => {
      const r = Math.hypot(x!, y!);
      const angle = (2 * Math.PI * 1.5 * r) / 2;
      close([x!, y!], [r * Math.cos(angle), r * Math.sin(angle)], 1e-5, `point ${i}`);
      // u = (r / radius)², cut into four.
      assert.equal(batch.fields["labels"]![i], Math.min(3, Math.floor((r / 2) ** 2 * 4 + 1e-6)));
    });
  });

  it("has as many points in every piece", async () => {
    const { fields } = await (await opened(swissRoll())).at(0, 8000, signal);
    const counts = new Uint32Array(10);
    for (const label of fields["labels"]!) counts[label]!++;
    assert.ok(chiSquare(counts) < chiSquareBound(10), `${[...counts]}`);
  });

  it("says what is wrong with its options", () => {
    assert.throws(() => swissRoll({ turns: 0 }), /swissRoll: turns: expected a number > 0, got 0/);
  });
});
