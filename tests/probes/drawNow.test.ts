import { openDevice } from "../../src/backends/openDevice.ts";
import type { Round } from "../../src/game/round.ts";
import { tf } from "../../src/math/tensor.ts";
import { drawNow } from "../../src/probes/drawNow.ts";
import { assert, describe, it } from "../kit/kit.ts";

/** A round whose generator makes of each position its number, and a thousandth of the class it was asked to be. */
function plantedRound(index: number) {
  const asked: (readonly [number, number])[] = [];
  const run = {
    async sample(_: string, count: number, { position }: { position: number }) {
      asked.push([position, count]);
      const labels = Int32Array.from({ length: count }, (_, i) => (position + i) % 10);
      return {
        labels: tf.tensor(labels, [count], "int32"),
        samples: tf.tensor(Float32Array.from(labels, (label, i) => position + i + label / 1000), [count, 1]),
      };
    },
    field: () => undefined,
  };
  return { asked, round: { index, carry: {}, run } as unknown as Round };
}

describe("drawNow", () => {
  it("draws many in batches, row for row as one draw would, with the classes they were asked to be", async () => {
    const device = await openDevice("cpu");
    const before = tf.memory().numTensors;
    try {
      const { asked, round } = plantedRound(3);
      const { values, labels, shape, count } = await drawNow("test", "samples", round, 600, { isFixed: false });
      assert.deepEqual([count, [...shape], values.length, labels?.length], [600, [1], 600, 600]);
      assert.deepEqual(asked, [[1800, 250], [2050, 250], [2300, 100]]);
      for (const row of [0, 249, 250, 599]) {
        const position = 1800 + row;
        assert.equal(labels![row], position % 10);
        assert.equal(values[row], Math.fround(position + (position % 10) / 1000));
      }
      assert.equal(tf.memory().numTensors, before);
    } finally {
      await device.close();
    }
  });
});
