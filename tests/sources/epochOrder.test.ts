import { rootKey } from "../../src/math/random/fold.ts";
import { epochOrder } from "../../src/sources/epochOrder.ts";
import { assert, describe, it } from "../kit/kit.ts";

describe("epochOrder", () => {
  const length = 10;

  it("shows every row once an epoch, each epoch in another order", () => {
    const order = epochOrder(rootKey(3), length, true);
    const epochs = Array.from({ length: 20 }, (_, epoch) => [...order(epoch * length, length)]);
    for (const epoch of epochs) assert.deepEqual(epoch.toSorted((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.equal(new Set(epochs.map((epoch) => epoch.join())).size, 20);
  });

  it("runs on over the end of an epoch, and over several", () => {
    const order = epochOrder(rootKey(3), length, true);
    const whole = [...order(0, 40)];
    assert.deepEqual([...epochOrder(rootKey(3), length, true)(7, 6)], whole.slice(7, 13));
    assert.deepEqual([...order(7, 6)], whole.slice(7, 13));
    assert.deepEqual([...order(5, 31)], whole.slice(5, 36));
    assert.deepEqual([...order(10, 0)], []);
  });

  it("keeps the rows' own order unshuffled", () => {
    assert.deepEqual([...epochOrder(rootKey(3), 4, false)(6, 7)], [2, 3, 0, 1, 2, 3, 0]);
  });
});
