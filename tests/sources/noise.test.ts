import { gaussian, sphere, truncated, uniform } from "../../src/sources/noise.ts";
import type { Source } from "../../src/game/source.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { distance, distanceBound, fiveErrors, mean, normalCdf } from "../math/random/statistics.ts";
import { describeSource, opened, rowsOf, signal } from "./describeSource.ts";

describeSource("gaussian", () => gaussian(5));
describeSource("uniform", () => uniform(3, { low: 0, high: 2 }));
describeSource("sphere", () => sphere(4));
describeSource("truncated", () => truncated(3, { truncation: 0.5 }));
describeSource("gaussian under another name", () => gaussian(2, { field: "style" }));

const drawn = async (source: Source, count: number): Promise<Float32Array> =>
  (await (await opened(source)).at(0, count, signal)).fields["noise"] as Float32Array;

describe("gaussian", () => {
  it("is standard normal", async () => {
    const values = await drawn(gaussian(10), 2000);
    close(mean(values), 0, fiveErrors(1, values.length), "mean");
    assert.ok(distance(values, normalCdf) < distanceBound(values.length));
  });
});

describe("uniform", () => {
  it("covers [-1, 1) unless told", async () => {
    const values = await drawn(uniform(10), 2000);
    assert.ok(distance(values, (x) => (x + 1) / 2) < distanceBound(values.length));
    assert.ok(values.every((value) => value >= -1 && value < 1));
  });
});

describe("sphere", () => {
  it("has the radius √size, in every direction alike", async () => {
    const batch = await (await opened(sphere(3))).at(0, 4000, signal);
    const rows = rowsOf(batch, "noise");
    close(rows.map(([x, y, z]) => Math.hypot(x!, y!, z!)), rows.map(() => Math.sqrt(3)), 1e-6, "radius");
    // Archimedes: on a sphere in three dimensions every coordinate is uniform.
    for (const axis of [0, 1, 2]) {
      const coordinate = rows.map((row) => row[axis]!);
      assert.ok(distance(coordinate, (x) => (x / Math.sqrt(3) + 1) / 2) < distanceBound(4000), `axis ${axis}`);
    }
  });

  it("is a sign in one dimension", async () => {
    assert.deepEqual([...new Set(await drawn(sphere(1), 64))].sort(), [-1, 1]);
  });
});

describe("truncated", () => {
  it("is the normal distribution cut at the truncation", async () => {
    for (const truncation of [2, 0.5]) {
      const values = await drawn(truncated(10, { truncation }), 2000);
      assert.ok(values.every((value) => Math.abs(value) <= truncation));
      const [low, high] = [normalCdf(-truncation), normalCdf(truncation)];
      assert.ok(distance(values, (x) => (normalCdf(x) - low) / (high - low)) < distanceBound(values.length), `${truncation}`);
    }
  });

  it("is the whole normal distribution where the truncation is far out", async () => {
    const values = await drawn(truncated(10, { truncation: 8 }), 100);
    close(mean(values, 2), 1, fiveErrors(Math.SQRT2, 1000), "variance");
  });
});

describe("noise sources of one key", () => {
  it("are independent of each other", async () => {
    const sources = [gaussian(10), sphere(10), uniform(10), truncated(10)];
    const drawings = await Promise.all(sources.map((source) => drawn(source, 1000)));
    const other = (await (await opened(gaussian(10, { field: "style" }))).at(0, 1000, signal)).fields["style"]!;
    const all = [...drawings, other];
    for (let a = 0; a < all.length; a++) {
      for (let b = a + 1; b < all.length; b++) {
        const products = Array.from(all[a]!, (value, i) => value * all[b]![i]!);
        assert.ok(Math.abs(mean(products)) < fiveErrors(1, 10_000), `${a} and ${b}: ${mean(products)}`);
      }
    }
  });
});

describe("the options of noise", () => {
  it("are checked, all mistakes at once", () => {
    assert.throws(() => gaussian(0), /gaussian: size: expected an integer > 0, got 0/);
    assert.throws(() => gaussian(2, { feild: "x" } as never), /feild: unknown option; did you mean "field"\?/);
    assert.throws(() => uniform(2, { low: 1, high: 1 }), /uniform: high: expected a number > low \(1\), got 1/);
    assert.throws(() => uniform(2, { low: NaN }), /low: expected a number/);
    assert.throws(
      () => truncated(0.5, { truncation: 0 }),
      /size: expected an integer > 0, got 0.5[^]*truncation: expected a number >= 0.01, got 0/,
    );
  });
});
