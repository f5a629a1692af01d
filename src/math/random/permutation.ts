import { unbiased } from "./integers.ts";
import type { Key } from "./key.ts";
import { fillWords } from "./words.ts";

/**
 * A uniformly random permutation of 0 … `n − 1`, by Fisher and Yates' shuffle with unbiased choices.
 *
 * Reference: Knuth, "The Art of Computer Programming", volume 2, section 3.4.2, algorithm P.
 */
export function permutation(key: Key, n: number): Uint32Array {
  const words = fillWords(key, new Uint32Array(n));
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = unbiased(key, i, words[i]!, i + 1);
    const moved = order[i]!;
    order[i] = order[j]!;
    order[j] = moved;
  }
  return order;
}
