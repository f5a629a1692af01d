import type { Key } from "./key.ts";
import { philox4x32 } from "./philox.ts";

/** Kinds of block, in the top byte of the last counter word; 0 is left to `fillWords`. */
const NUMBER = 0x0100_0000;
const TEXT = 0x0200_0000;
const LONGEST_TEXT = 0x00ff_ffff;
const BLOCK_BYTES = 12;

const encoder = new TextEncoder();
const scratch = new DataView(new ArrayBuffer(8));
const words = new Uint32Array(4);

/**
 * The key of a seed: its 64-bit two's complement, so no two seeds share one.
 *
 * @param seed any safe integer, 0 and negative ones included
 * @throws RangeError for anything else
 */
export function rootKey(seed: number): Key {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`rootKey: expected a safe integer, got ${seed}`);
  return [seed >>> 0, Math.floor(seed / 0x1_0000_0000) >>> 0];
}

/**
 * The key at `path` below `key`: `fold(root, "noise", round)`.
 *
 * Order matters, `fold(key, 1)` and `fold(key, "1")` differ, as do `("ab")` and `("a", "b")`; and folding step by step is
 * folding at once: `fold(fold(key, a), b)` = `fold(key, a, b)`. Each block of up to 12 UTF-8 bytes is absorbed as a Philox
 * counter under the key so far, with its kind and the bytes that remain, so that distinct paths are distinct inputs; two of
 * *n* paths share a 64-bit key with probability about *n*² / 2⁶⁵.
 *
 * @throws RangeError for a number that is not finite
 */
export function fold(key: Key, ...path: readonly (string | number)[]): Key {
  return path.reduce<Key>((below, step) => (typeof step === "number" ? foldNumber(below, step) : foldText(below, step)), key);
}

function foldNumber(key: Key, step: number): Key {
  if (!Number.isFinite(step)) throw new RangeError(`fold: expected a finite number or a string, got ${step}`);
  scratch.setFloat64(0, step + 0); // − 0 and 0 are the same step
  return absorb(key, scratch.getUint32(0), scratch.getUint32(4), 0, NUMBER);
}

function foldText(key: Key, step: string): Key {
  const bytes = encoder.encode(step);
  if (bytes.length > LONGEST_TEXT) throw new RangeError(`fold: expected at most ${LONGEST_TEXT} bytes of text, got ${bytes.length}`);
  let below = key;
  let start = 0;
  do {
    const word = (offset: number): number =>
      (bytes[start + offset] ?? 0) |
      ((bytes[start + offset + 1] ?? 0) << 8) |
      ((bytes[start + offset + 2] ?? 0) << 16) |
      ((bytes[start + offset + 3] ?? 0) << 24);
    below = absorb(below, word(0), word(4), word(8), TEXT | (bytes.length - start));
    start += BLOCK_BYTES;
  } while (start < bytes.length);
  return below;
}

function absorb(key: Key, word0: number, word1: number, word2: number, kind: number): Key {
  philox4x32(words, 0, word0, word1, word2, kind, key[0], key[1]);
  return [words[0]!, words[1]!];
}
