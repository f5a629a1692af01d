import { throttlePolling } from "../../src/platform/throttlePolling.ts";
import { assert, describe, it } from "../kit/kit.ts";

/** A binding like Dawn's: looks `setImmediate` up at every poll until its work is done. */
function fakeBinding(
  pollsNeeded: number,
): { readonly interfaces: Record<string, unknown>; readonly seen: unknown[]; queue(): { onSubmittedWorkDone(): Promise<void> } } {
  const seen: unknown[] = [];
  class GPUQueue {
    onSubmittedWorkDone(): Promise<void> {
      return new Promise((resolve) => {
        let polls = 0;
        const poll = (): void => {
          if (++polls === pollsNeeded) return resolve();
          seen.push(globalThis.setImmediate);
          setImmediate(poll);
        };
        poll();
      });
    }
  }
  return { interfaces: { GPUQueue }, seen, queue: () => new GPUQueue() };
}

describe("throttlePolling", () => {
  it("gives the binding's polls a setImmediate of their own", async () => {
    const theirs = globalThis.setImmediate;
    const { interfaces, seen, queue } = fakeBinding(5);
    throttlePolling(interfaces);
    await queue().onSubmittedWorkDone();
    assert.equal(seen.length, 4);
    assert.ok(seen.every((seenThere) => seenThere !== theirs));
  });

  it("leaves everyone else's setImmediate alone, during a wait and after it", async () => {
    const theirs = globalThis.setImmediate;
    const { interfaces, queue } = fakeBinding(30);
    throttlePolling(interfaces);
    const seenBetweenPolls: unknown[] = [];
    const done = queue().onSubmittedWorkDone();
    seenBetweenPolls.push(globalThis.setImmediate);
    const watch = setInterval(() => seenBetweenPolls.push(globalThis.setImmediate), 1);
    await done;
    clearInterval(watch);
    assert.ok(seenBetweenPolls.length > 1);
    assert.ok(seenBetweenPolls.every((seen) => seen === theirs));
    assert.equal(globalThis.setImmediate, theirs);
  });

  it("puts it back when the binding throws", () => {
    const theirs = globalThis.setImmediate;
    class GPUBuffer {
      mapAsync(): void {
        throw new Error("already mapped");
      }
    }
    throttlePolling({ GPUBuffer });
    assert.throws(() => new GPUBuffer().mapAsync(), /already mapped/);
    assert.equal(globalThis.setImmediate, theirs);
  });

  it("polls at once at first and then every millisecond", async () => {
    const { interfaces, queue } = fakeBinding(28);
    throttlePolling(interfaces);
    const began = performance.now();
    await queue().onSubmittedWorkDone();
    // 27 waits, of which 8 are prompt; a spin would take well under a millisecond.
    assert.ok(performance.now() - began >= 15, `took ${performance.now() - began} ms`);
  });

  it("wraps a method once, however often it is called", () => {
    const { interfaces, queue } = fakeBinding(1);
    throttlePolling(interfaces);
    const wrapped = queue().onSubmittedWorkDone;
    throttlePolling(interfaces);
    assert.equal(queue().onSubmittedWorkDone, wrapped);
  });
});
