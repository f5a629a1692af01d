import { assert, it } from "../kit/kit.ts";
import { describeOnEachBackend } from "./backendsUnderTest.ts";
import { trainingStep } from "./trainingStep.ts";

await describeOnEachBackend("memory", (backend, device) => {
  it("stays constant over 300 rounds of training after the first thirty", async () => {
    const empty = device().memory().tensors;
    const step = trainingStep();
    const play = async (rounds: number): Promise<ArrayLike<number>> => {
      let losses: ArrayLike<number> = [];
      for (let round = 0; round < rounds; round++) {
        const last = step.play();
        // As in a run: losses are read now and then, the rest only waits for the device.
        if (round === rounds - 1) losses = await last.data();
        last.dispose();
        device().tick();
        if (round % 10 === 9) await device().fence();
      }
      return losses;
    };
    await play(30);
    const warm = device().memory();
    const losses = await play(300);
    assert.deepEqual(device().memory(), warm);
    assert.ok(Array.from(losses).every(Number.isFinite), `losses ${Array.from(losses)}`);
    assert.equal(warm.gpuBytes > 0, backend === "webgpu");
    assert.equal(device().failure(), undefined);
    step.dispose();
    assert.equal(device().memory().tensors, empty);
  });
});
