import { tap } from "rxjs";
import type { TrainingEvent } from "../../src/game/event.ts";
import { definePlugin, type Plugin } from "../../src/game/plugin.ts";
import { tf } from "../../src/math/tensor.ts";
import { watchDevice } from "../../src/probes/watchDevice.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { trainUnordered$ } from "../../src/train.ts";
import { availableBackends, type BackendName } from "../backends/backendsUnderTest.ts";
import { describePlugin } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, describe, it } from "../kit/kit.ts";

await describePlugin("watchDevice", {
  rounds: 4,
  stops: [1],
  train: ({ backend, rounds, checkpoints }) =>
    trainUnordered$(ringGame({ rounds, backend, checkpoints }), [watchDevice({ every: 2 }), discriminatorStep(), generatorStep()]),
});

/** A metric of the device in each round. */
function quantity(events: readonly TrainingEvent[], name: string): (number | undefined)[] {
  return events.flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics[`device/${name}`]] : []));
}

/** Makes two tensors of the CPU's numbers a round, and nothing of them. */
const uploading = definePlugin("uploading", (round$) => round$.pipe(tap(() => tf.dispose([tf.tensor1d([1, 2]), tf.tensor1d([3])]))));

function play(backend: BackendName, { every = 1, plugins = [] as readonly Plugin[], rounds = 6 } = {}): Promise<readonly TrainingEvent[]> {
  return eventsOf(trainUnordered$({ ...ringGame({ rounds, backend }), readEvery: 2 }, [watchDevice({ every }), ...plugins, discriminatorStep(), generatorStep()]));
}

const backends = await availableBackends();

describe("watchDevice", () => {
  for (const backend of backends) {
    it(`counts on ${backend} what a round asks for`, async () => {
      const [once, more] = [await play(backend), await play(backend, { plugins: [uploading] })];
      const last = (events: readonly TrainingEvent[], name: string): number => quantity(events, name).at(-1)!;
      assert.equal(last(more, "uploads") - last(once, "uploads"), backend === "cpu" ? 0 : 2);
      assert.equal(last(more, "tensors") - last(once, "tensors"), 2);
      assert.equal(last(more, "dispatches"), last(once, "dispatches"));
      // A read in every second round.
      const reads = quantity(once, "readbacks").slice(2) as number[];
      assert.equal(reads.reduce((sum, each) => sum + each, 0) / reads.length, 0.5);
      assert.equal(last(once, "dispatches") > 0, backend === "webgpu");
      assert.equal(last(once, "gpuBytes") > 0, backend === "webgpu");
      // Reads free what has waited for them; from one to the next as much is held again.
      const held = quantity(once, "tensorsHeld");
      assert.equal(held[3], held[5]);
      assert.ok(held[5]! > 0 && quantity(once, "bytesHeld")[5]! >= 4 * held[5]!);
    });
  }

  it("says nothing of the first round, and means over the rounds between measurements", async () => {
    const [each, every] = [await play("cpu"), await play("cpu", { every: 2 })];
    assert.deepEqual(quantity(each, "uploads").map((value) => value !== undefined), [false, true, true, true, true, true]);
    assert.deepEqual(quantity(every, "uploads").map((value) => value !== undefined), [false, true, false, true, false, true]);
    const [alone, together] = [quantity(each, "tensors"), quantity(every, "tensors")];
    assert.equal(together[5], (alone[4]! + alone[5]!) / 2);
  });

  it("costs the device nothing", async () => {
    const made = async (watched: boolean): Promise<number> => {
      const before = (tf.engine() as unknown as { constructor: { nextTensorId: number } }).constructor.nextTensorId;
      await eventsOf(trainUnordered$(ringGame({ rounds: 5, backend: "cpu" }), [...(watched ? [watchDevice()] : []), discriminatorStep(), generatorStep()]));
      return (tf.engine() as unknown as { constructor: { nextTensorId: number } }).constructor.nextTensorId - before;
    };
    assert.equal(await made(true), await made(false));
  });
});
