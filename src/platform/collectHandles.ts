import { runtimeName } from "./runtime.ts";
import { v8Collector } from "./v8Collector.ts";

/** Keeps native GPU handles from piling up. */
export interface HandleCollector {
  /** Called for every handle made, or for one kind of them that stands for the rest. */
  made(): void;
  /** Called once per round, between pieces of work: collects when enough has piled up. */
  tick(): void;
}

/**
 * Handles after which a round's end is time to collect, and handles after which it cannot wait for one. Each leaves one
 * memory map behind (llvmpipe), a process may have 65,530 of them, and a collection takes about 60 ms.
 */
const enough = 10_000;
const tooMany = 30_000;

/**
 * Deno frees bind groups, buffers and the like when V8 collects their wrappers, but V8 does not know what hangs on them and
 * rarely collects: after 300 to 400 rounds of a small DCGAN the process has no memory maps left and dies with a
 * segmentation fault. So the garbage is collected here; no flag is asked of the user. The other runtimes' bindings tell
 * their engine about external memory and need nothing.
 */
export async function handleCollector(): Promise<HandleCollector | undefined> {
  if (runtimeName() !== "deno") return undefined;
  const collectGarbage = await v8Collector();
  let handles = 0;
  const collectAbove = (limit: number): void => {
    if (handles < limit) return;
    handles = 0;
    collectGarbage();
  };
  return {
    made() {
      handles++;
      collectAbove(tooMany);
    },
    tick: () => collectAbove(enough),
  };
}
