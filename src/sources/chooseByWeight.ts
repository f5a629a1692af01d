import type { Key } from "../math/random/key.ts";
import { uniforms } from "../math/random/uniforms.ts";

/** Choices `first` … `first + count − 1` of a stream. */
export type Choose = (key: Key, count: number, first: number) => Int32Array;

/** Draws 0 … n − 1 with the given chances, which sum to 1. */
export function byWeight(chances: readonly number[]): Choose {
  let sum = 0;
  const ends = chances.map((chance) => (sum += chance));
  const last = chances.findLastIndex((chance) => chance > 0);
  return (key, count, first) =>
    Int32Array.from(uniforms(key, count, 0, 1, first), (u) => {
      const choice = ends.findIndex((end) => u < end);
      return choice === -1 ? last : choice; // the chances' sum may fall short of 1 by rounding
    });
}
