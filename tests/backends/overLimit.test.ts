import { map } from "rxjs";
import { DeviceFailed } from "../../src/backends/deviceFailure.ts";
import { definePlugin } from "../../src/game/plugin.ts";
import { tf } from "../../src/math/tensor.ts";
import { train$ } from "../../src/train.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, it } from "../kit/kit.ts";
import { describeOnEachBackend } from "./backendsUnderTest.ts";

/** 4 TiB of floats: more than any binding holds. */
const HUGE = [2 ** 20, 2 ** 20];

await describeOnEachBackend("a tensor over the device's limit", (backend, device) => {
  if (backend !== "webgpu") return;
  it("is refused before it is made, with its shape and the limit", () => {
    const before = tf.memory().numTensors;
    assert.throws(
      () => tf.tidy(() => tf.fill(HUGE, 1)),
      (error) => error instanceof DeviceFailed && error.reason === "limit" && /shape \[1048576, 1048576\] is 4194304\.0 MiB, and the device holds at most \d/.test(error.message),
    );
    assert.equal(tf.memory().numTensors, before);
    assert.equal(device().failure(), undefined, "nothing reached the device");
  });

  it("ends a run as the failure it is, not as its plugin's", async () => {
    const greedy = definePlugin("greedy", (round$) => round$.pipe(map((round) => (tf.tidy(() => void tf.fill(HUGE, 1)), round))));
    await assert.rejects(eventsOf(train$(ringGame({ rounds: 2, backend }), greedy)), (error) => error instanceof DeviceFailed && error.reason === "limit");
  });
});
