import { fold } from "../random/fold.ts";
import { integers } from "../random/integers.ts";
import type { Key } from "../random/key.ts";
import { normals } from "../random/normals.ts";
import { uniforms } from "../random/uniforms.ts";
import { tf, type Tensor } from "../tensor.ts";

/** What is tried on each sample, and the uniform number below which it happens; one of each per sample. */
export interface AugmentationDraws {
  /** 1 to mirror left and right. */
  readonly flip: Draw;
  /** Quarter turns, 0 to 3. */
  readonly rotation: Draw;
  /** Pixels down, then (under the same chance) pixels right. */
  readonly down: Draw;
  readonly right: Draw;
  /** Added to every value. */
  readonly brightness: Draw;
  /** Binary logarithm of the factor on every value. */
  readonly contrast: Draw;
  /** 1 to turn the luma around. */
  readonly lumaFlip: Draw;
  /** Radians by which the colours turn. */
  readonly hue: Draw;
  /** Binary logarithm of the factor on the distance from grey. */
  readonly saturation: Draw;
}

/** One transformation of every sample: its strength, and the chance it takes: it happens where `chance` < p. */
export interface Draw {
  readonly amount: Float32Array;
  readonly chance: Float32Array;
}

/** ADA's distributions: mirrored ½; turns 0 … 3; translations to ⅛; brightness 0.2 N; log₂ contrast 0.5 N; log₂ saturation N. */
export function augmentationDraws(key: Key, count: number, [height, width]: readonly [number, number]): AugmentationDraws {
  const draw = (name: string, amount: (key: Key) => ArrayLike<number>, chance = name): Draw => ({
    amount: Float32Array.from(amount(fold(key, name))),
    chance: uniforms(fold(key, "chance", chance), count),
  });
  const normal = (deviation: number) => (of: Key): Float32Array => normals(of, count).map((value) => value * deviation);
  const coin = (of: Key): Int32Array => integers(of, count, 2);
  const eighth = (side: number) => (of: Key): Float32Array => uniforms(of, count, -1, 1).map((value) => Math.round((value * side) / 8));
  return {
    flip: draw("flip", coin),
    rotation: draw("rotation", (of) => integers(of, count, 4)),
    down: draw("down", eighth(height), "translation"),
    right: draw("right", eighth(width), "translation"),
    brightness: draw("brightness", normal(0.2)),
    contrast: draw("contrast", normal(0.5)),
    lumaFlip: draw("lumaFlip", coin),
    hue: draw("hue", (of) => uniforms(of, count, -Math.PI, Math.PI)),
    saturation: draw("saturation", normal(1)),
  };
}

/** A draw's amounts where they happen, else 0; `[batch, 1]`. */
export function happening({ amount, chance }: Draw, p: Tensor): Tensor {
  const happens = tf.cast(tf.less(tf.tensor2d(chance, [chance.length, 1]), p), "float32");
  return tf.mul(happens, tf.tensor2d(amount, [amount.length, 1]));
}
