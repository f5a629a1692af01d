import { mixture } from "../../src/sources/mixture.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { chiSquare, chiSquareBound, fiveErrors, mean } from "../math/random/statistics.ts";
import { describeSource, opened, rowsOf, signal } from "./describeSource.ts";

describeSource("mixture ring", () => mixture("ring", { batchSize: 8 }));
describeSource("mixture grid", () => mixture("grid", { batchSize: 8 }));
describeSource("mixture of one's own", () => mixture([[0, 1], [2, 3]], { deviation: 0.1, weights: [1, 3], batchSize: 8 }));

describe("mixture", () => {
  it("ring has eight modes on the unit circle, all of them different", () => {
    const { modes, deviation, weights } = mixture("ring", { batchSize: 8 });
    const r = Math.SQRT1_2;
    const expected = [[1, 0], [r, r], [0, 1], [-r, r], [-1, 0], [-r, -r], [0, -1], [r, -r]];
    close(modes.flat(), expected.flat(), 1e-15, "modes");
    assert.equal(deviation, 0.01);
    assert.deepEqual(weights, new Array(8).fill(1 / 8));
  });

  it("grid has 25 modes at −4, −2, 0, 2, 4", () => {
    const { modes, deviation } = mixture("grid", { batchSize: 8 });
    const places = [-4, -2, 0, 2, 4];
    assert.deepEqual(modes, places.flatMap((y) => places.map((x) => [x, y])));
    assert.equal(deviation, 0.05);
  });

  it("takes the other published scales", () => {
    close(mixture("ring", { batchSize: 8, count: 4, radius: 2, deviation: 0.02 }).modes.flat(), [2, 0, 0, 2, -2, 0, 0, -2], 1e-15);
    assert.deepEqual(mixture("grid", { batchSize: 8, side: 2, spacing: 1.5 }).modes, [[-0.75, -0.75], [0.75, -0.75], [-0.75, 0.75], [
      0.75,
      0.75,
    ]]);
  });

  it("draws every mode equally often, and round it N(0, deviation²)", async () => {
    const source = mixture("ring", { batchSize: 8, deviation: 0.1 });
    const n = 8000;
    const batch = await (await opened(source)).at(0, n, signal);
    const counts = new Uint32Array(8);
    const offsets = rowsOf(batch, "samples").map(([x, y], i) => {
      const mode = source.modes[batch.fields["labels"]![i]!]!;
      counts[batch.fields["labels"]![i]!]!++;
      return [(x! - mode[0]) / 0.1, (y! - mode[1]) / 0.1] as const;
    });
    assert.ok(chiSquare(counts) < chiSquareBound(8), `${[...counts]}`);
    for (const axis of [0, 1] as const) {
      close(mean(offsets.map((offset) => offset[axis])), 0, fiveErrors(1, n), "mean");
      close(mean(offsets.map((offset) => offset[axis]), 2), 1, fiveErrors(Math.SQRT2, n), "variance");
    }
    close(mean(offsets.map(([x, y]) => x * y)), 0, fiveErrors(1, n), "covariance");
    // In two dimensions 1 − exp(−9/2) = 98.89 % lie within three deviations.
    const within = offsets.filter(([x, y]) => Math.hypot(x, y) < 3).length / n;
    close(within, 1 - Math.exp(-4.5), fiveErrors(Math.sqrt(0.9889 * 0.0111), n), "within three deviations");
  });

  it("draws by weight", async () => {
    const source = mixture([[0, 0], [1, 0], [2, 0], [3, 0]], { deviation: 0.1, weights: [1, 0, 3, 0], batchSize: 8 });
    assert.deepEqual(source.weights, [0.25, 0, 0.75, 0]);
    const labels = (await (await opened(source)).at(0, 4000, signal)).fields["labels"]!;
    assert.ok(labels.every((label) => label === 0 || label === 2));
    close(mean(labels) / 2, 0.75, fiveErrors(Math.sqrt(0.1875), 4000), "share of the third");
  });

  it("says what is wrong with its options", () => {
    assert.throws(() => mixture("ring", { batchSize: 8, radius: 0 }), /mixture: radius: expected a number > 0, got 0/);
    assert.throws(() => mixture("grid", { batchSize: 8, count: 3 } as never), /count: unknown option/);
    assert.throws(() => mixture([], { batchSize: 8, deviation: 1 }), /modes: expected a list of at least 1, each a point/);
    assert.throws(
      () => mixture([[0, 1, 2]] as never, { batchSize: 8, deviation: 1 }),
      /modes\[0\]: expected a point \[x, y\], got \[0, 1, 2\]/,
    );
    assert.throws(
      () => mixture([[0, 1]], { batchSize: 8, deviation: 1, weights: [1, 2] }),
      /weights: expected one for each of the 1 modes/,
    );
    assert.throws(() => mixture("circle" as never, { batchSize: 8, deviation: 1 }), /modes: expected .*got "circle"/);
  });
});
