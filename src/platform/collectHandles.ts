import { runtimeName } from "./runtime.ts";

/**
 * Rounds between collections on Deno. A DCGAN round leaves about 180 memory maps behind and the kernel allows a process
 * 65,530 of them; a collection takes 5–10 ms.
 */
const roundsBetween = 20;

/**
 * Makes the function to call once per round that keeps native GPU handles from piling up.
 *
 * Deno frees bind groups, command buffers and the like when V8 collects their wrappers, but V8 does not know how much
 * they hold and rarely collects: after 300–400 rounds the process has run out of memory maps and dies with a
 * segmentation fault. So the garbage is collected here every {@link roundsBetween} rounds, which needs no flag from the
 * user. The other runtimes' bindings tell their engine about external memory and need nothing.
 */
export async function handleCollector(): Promise<() => void> {
  if (runtimeName() !== "deno") return () => {};
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let rounds = 0;
  return () => {
    rounds = (rounds + 1) % roundsBetween;
    if (rounds === 0) collect();
  };
}
