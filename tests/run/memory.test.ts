import { map } from "rxjs";
import { definePlugin } from "../../src/game/plugin.ts";
import { tf } from "../../src/math/tensor.ts";
import { memory } from "../../src/sources/memory.ts";
import { averageWeights } from "../../src/steps/averageWeights.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { availableBackends } from "../backends/backendsUnderTest.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, it } from "../kit/kit.ts";

const ROUNDS = 300;
/** Rounds between two reads, and between two checkpoints: what is unread is the same at each. */
const PERIOD = 10;

for (const backend of await availableBackends()) {
  it(`${ROUNDS} rounds of train$ leave tensors and GPU bytes constant after the first on ${backend}`, async () => {
    const held: { tensors: number; gpuBytes: number }[] = [];
    const watch = definePlugin("watch", (round$) =>
      round$.pipe(
        map((round) => {
          const { numTensors, numBytesInGPU = 0 } = tf.memory() as ReturnType<typeof tf.memory> & { numBytesInGPU?: number };
          if (round.index % PERIOD === 1) held.push({ tensors: numTensors, gpuBytes: numBytesInGPU });
          return round;
        }),
      ),
    );
    const game = ringGame({ rounds: ROUNDS, backend, checkpoints: memory({ every: 10 * PERIOD, keep: 1 }) });
    await eventsOf(train$({ ...game, readEvery: PERIOD }, watch, discriminatorStep(), generatorStep(), averageWeights()));
    const [, steady, ...later] = held;
    assert.equal(later.length, ROUNDS / PERIOD - 2);
    for (const now of later) assert.deepEqual(now, steady);
  });
}
