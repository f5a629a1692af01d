import type { Key } from "./key.ts";
import { philox4x32 } from "./philox.ts";

/**
 * Fills `out` with the words `first`, `first + 1`, … of the key's endless stream of unsigned 32-bit words.
 *
 * Word *i* is lane *i mod 4* of Philox at counter `(⌊i / 4⌋, attempt, 0)`, so it depends on the key and *i* alone,
 * whatever was asked for before. `attempt` selects an independent stream of the same key: what rejection sampling draws
 * from when a word is refused. The last counter word is 0 here and never 0 in `fold`, so a key's words and the keys folded
 * from it do not meet.
 *
 * @param first a safe integer ≥ 0
 */
export function fillWords(key: Key, out: Uint32Array, first = 0, attempt = 0): Uint32Array {
  const end = first + out.length;
  let block = Math.floor(first / 4);
  let written = block * 4 - first;
  const edge = new Uint32Array(4);
  const [k0, k1] = key;
  for (let at = block * 4; at < end; at += 4, block++, written += 4) {
    const high = Math.floor(block / 0x1_0000_0000);
    if (written >= 0 && written + 4 <= out.length) {
      philox4x32(out, written, block, high, attempt, 0, k0, k1);
      continue;
    }
    philox4x32(edge, 0, block, high, attempt, 0, k0, k1);
    for (let lane = 0; lane < 4; lane++) {
      const index = written + lane;
      if (index >= 0 && index < out.length) out[index] = edge[lane]!;
    }
  }
  return out;
}
