import type { FieldValues } from "../game/source.ts";
import type { Shape } from "../math/tensor.ts";

/** Pixels, row by row from the upper left, `channels` bytes each. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8Array;
}

/** Red, green and blue, 0 … 255. */
export type Colour = readonly [number, number, number];

/** Samples as plain numbers: a `SamplesDrawn` event is one, and so is what `generate` returns. */
export interface Samples {
  readonly count: number;
  /** Of one sample: `[height, width, channels]`, or `[2]` for points in the plane. */
  readonly shape: Shape;
  /** Which value is black and which is white; the smallest and the largest there is unless told. */
  readonly range?: readonly [number, number];
  /** `count` samples of `shape`, row by row. */
  readonly values: Float32Array;
}

/** The smallest and the largest finite value; [Infinity, −Infinity] where there is none. */
export function extremes(values: FieldValues): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low && value > -Infinity) low = value;
    if (value > high && value < Infinity) high = value;
  }
  return [low, high];
}
