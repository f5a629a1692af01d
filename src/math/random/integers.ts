import type { Key } from "./key.ts";
import { multiplyHigh } from "./philox.ts";
import { fillWords } from "./words.ts";

/**
 * `count` independent integers, each of 0 … `below − 1` exactly equally likely: the upper half of `word · below`, with
 * the few words redrawn that would make some results likelier.
 *
 * Value *i* depends on the key and *i* alone, never on `count`; `first` starts further along the same stream.
 *
 * Reference: Lemire, "Fast random integer generation in an interval" (2019), algorithm 5.
 *
 * @param below 1 … 2³¹
 * @throws RangeError for any other
 */
export function integers(key: Key, count: number, below: number, first = 0): Int32Array {
  if (!Number.isInteger(below) || below < 1 || below > 0x8000_0000) {
    throw new RangeError(`integers: expected below to be an integer from 1 to ${0x8000_0000}, got ${below}`);
  }
  const words = fillWords(key, new Uint32Array(count), first);
  const values = new Int32Array(count);
  for (let i = 0; i < count; i++) values[i] = unbiased(key, first + i, words[i]!, below);
  return values;
}

/** An integer below `below` from `word`, which is word `index` of the key's stream, or from later attempts at it. */
export function unbiased(key: Key, index: number, word: number, below: number): number {
  const refused = 0x1_0000_0000 % below;
  let accepted = word;
  for (let attempt = 1; Math.imul(accepted, below) >>> 0 < refused; attempt++) {
    accepted = fillWords(key, new Uint32Array(1), index, attempt)[0]!;
  }
  return multiplyHigh(accepted, below) >>> 0;
}
