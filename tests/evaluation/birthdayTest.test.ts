import { birthdayTest, closestPair } from "../../src/evaluation/birthdayTest.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { integers } from "../../src/math/random/integers.ts";
import { normals } from "../../src/math/random/normals.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

describe("birthdayTest", () => {
  it("counts what can be counted by hand", () => {
    // Two batches of four, the second without duplicates; over both batches 0 and 0.05 are met again: 3 + 1 pairs of 28.
    const found = birthdayTest({ features: [0, 0.05, 3, 4, 5, 6, 7, 0], featureSize: 1 }, { within: 0.1, batchSize: 4 });
    assert.deepEqual([found.batches, found.collisions], [2, 0.5]);
    close([found.pairChance, found.supportSize], [3 / 28, 28 / 3], 1e-14);
  });

  it("finds the 365 birthdays: collisions in half of the parties of 23", () => {
    const days = integers(rootKey(4), 23 * 200, 365);
    const found = birthdayTest({ features: Float64Array.from(days), featureSize: 1 }, { within: 0.5, batchSize: 23 });
    // 0.507 ± 4 standard errors of 200 parties.
    close(found.collisions, 0.507, 0.14);
    // About 29,000 pairs are duplicates: within 4 %, at 4 standard errors.
    assert.ok(Math.abs(found.supportSize - 365) < 15, `${found.supportSize}`);
  });

  it("tells a generator of 50 images from one of as many as are drawn, whatever the small noise on them", () => {
    const featureSize = 4;
    const real = { features: normals(rootKey(1), 300 * featureSize), featureSize };
    const { distance } = closestPair(real);
    assert.ok(distance > 0);
    const images = normals(rootKey(2), 50 * featureSize);
    const jitter = normals(rootKey(3), 300 * featureSize);
    const drawn = integers(rootKey(5), 300, 50);
    const features = Float64Array.from({ length: 300 * featureSize }, (_, i) =>
      images[drawn[Math.floor(i / featureSize)]! * featureSize + (i % featureSize)]! + 0.05 * distance * jitter[i]!);
    const few = birthdayTest({ features, featureSize }, { within: distance });
    assert.ok(few.supportSize > 35 && few.supportSize < 65, `${few.supportSize}`);
    const fresh = birthdayTest({ features: normals(rootKey(6), 300 * featureSize), featureSize }, { within: distance });
    assert.ok(fresh.supportSize > 2_000, `${fresh.supportSize}`);
  });

  it("finds no support size where nothing is met again", () => {
    const found = birthdayTest({ features: [1, 2, 3], featureSize: 1 }, { within: 0 });
    assert.deepEqual([found.collisions, found.pairChance, found.supportSize], [0, 0, Infinity]);
  });

  it("refuses batches larger than the set", () => {
    assert.throws(() => birthdayTest({ features: [1, 2, 3], featureSize: 1 }, { within: 1, batchSize: 4 }), /features: expected at least 4 whole rows/);
    assert.throws(() => birthdayTest({ features: [1, 2, 3], featureSize: 1 }, { within: -1 }), /within: expected a number >= 0, got -1/);
  });
});

describe("closestPair", () => {
  it("is the nearest two of all rows", () => {
    assert.deepEqual(closestPair({ features: [0, 0, 5, 5, 9, 9, 5, 6], featureSize: 2 }), { rows: [1, 3], distance: 1 });
  });
});
