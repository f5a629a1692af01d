import { handleCollector } from "../../src/platform/collectHandles.ts";
import { assert, describe, it, runtime } from "../kit/kit.ts";

/** Something only a collection lets go of. A WeakRef keeps its target to the end of the current task. */
async function droppedHandle(): Promise<WeakRef<object>> {
  const held = new WeakRef({ handle: new Uint8Array(1000) });
  await new Promise((resolve) => setTimeout(resolve, 0));
  return held;
}

describe("handleCollector", () => {
  if (runtime !== "deno") {
    it("is not needed where the engine is told about external memory", async () => {
      assert.equal(await handleCollector(), undefined);
    });
    return;
  }

  it("collects at the end of a round once enough handles were made, without a flag", async () => {
    const collector = (await handleCollector())!;
    const held = await droppedHandle();
    for (let i = 0; i < 9_999; i++) collector.made();
    collector.tick();
    assert.notEqual(held.deref(), undefined);
    await new Promise((resolve) => setTimeout(resolve, 0));
    collector.made();
    collector.tick();
    assert.equal(held.deref(), undefined);
  });

  it("collects by itself where rounds never end", async () => {
    const collector = (await handleCollector())!;
    const held = await droppedHandle();
    for (let i = 0; i < 30_000; i++) collector.made();
    assert.equal(held.deref(), undefined);
  });
});
