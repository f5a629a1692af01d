import { handleCollector } from "../../src/platform/collectHandles.ts";
import { assert, describe, it, runtime } from "../kit/kit.ts";

describe("handleCollector", () => {
  if (runtime === "deno") it("collects what nobody holds within 20 rounds, without a flag", async () => {
    const tick = await handleCollector();
    const held = new WeakRef({ handle: new Uint8Array(1000) });
    // A WeakRef keeps its target to the end of the current task.
    await new Promise((resolve) => setTimeout(resolve, 0));
    for (let round = 0; round < 20; round++) tick();
    assert.equal(held.deref(), undefined);
  });

  if (runtime !== "deno") it("costs nothing where the engine is told about external memory", async () => {
    const tick = await handleCollector();
    const began = performance.now();
    for (let round = 0; round < 1000; round++) tick();
    assert.ok(performance.now() - began < 50);
  });
});
