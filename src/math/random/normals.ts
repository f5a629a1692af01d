import type { Key } from "./key.ts";
import { fillWords } from "./words.ts";

const LOG_2 = Math.LN2;
const TURN = (2 * Math.PI) / 0x1_0000_0000;
/** 2^(1 − i): exact scales that bring a word of i − 1 leading bits into [1, 2). */
const scales = Float64Array.from({ length: 34 }, (_, i) => 2 ** (1 - i));

/**
 * `count` independent standard normal numbers, float32, by Box and Muller's transform of two 32-bit words each pair:
 * `√(−2 ln u₁) · (cos 2πu₂, sin 2πu₂)`, u₁ = (word + ½) / 2³². Always finite: |z| < 6.77.
 *
 * Value *i* depends on the key and *i* alone, never on `count`; `first` starts further along the same stream. Logarithm,
 * sine and cosine are computed here from sums, products and one root, because the runtimes' own differ in the last bit:
 * the same key gives the same bits on Bun and Deno.
 *
 * Reference: Box and Muller, "A note on the generation of random normal deviates" (1958).
 */
export function normals(key: Key, count: number, first = 0): Float32Array {
  const start = first - (first % 2);
  const pairs = Math.ceil((first + count - start) / 2);
  const words = fillWords(key, new Uint32Array(pairs * 2), start);
  const values = new Float32Array(pairs * 2);
  for (let i = 0; i < values.length; i += 2) boxMuller(values, i, words[i]!, words[i + 1]!);
  return values.length === count ? values : values.slice(first - start, first - start + count);
}

/** Writes the two normal numbers of two unsigned words to `out[offset]` and `out[offset + 1]`. */
export function boxMuller(out: Float32Array, offset: number, word0: number, word1: number): void {
  const radius = Math.sqrt(-2 * logOfUniform(word0));
  const angle = word1 | 0;
  const quadrant = ((angle + 0x2000_0000) >>> 30) & 3;
  const x = TURN * ((angle - (quadrant << 30)) | 0);
  const sine = sineNearZero(x);
  const cosine = cosineNearZero(x);
  const across = quadrant & 1 ? sine : cosine;
  const up = quadrant & 1 ? cosine : sine;
  out[offset] = quadrant === 1 || quadrant === 2 ? -radius * across : radius * across;
  out[offset + 1] = quadrant >= 2 ? -radius * up : radius * up;
}

/** ln((word + ½) / 2³²) through ln m = 2 artanh((m − 1) / (m + 1)) with m in [√½, √2]; error below 2⁻⁵⁰, relatively. */
function logOfUniform(word: number): number {
  const bits = 32 - Math.clz32(word);
  let exponent = bits - 33;
  let mantissa = (word + 0.5) * scales[bits]!;
  if (mantissa > Math.SQRT2) {
    mantissa *= 0.5;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const t = s * s;
  const tail = t * (1 / 3 + t * (1 / 5 + t * (1 / 7 + t * (1 / 9 + t * (1 / 11 + t * (1 / 13 + t * (1 / 15 + t * (1 / 17 + t / 19))))))));
  return exponent * LOG_2 + 2 * s * (1 + tail);
}

/** sin x for |x| ≤ π/4 by its series to x¹⁵. */
function sineNearZero(x: number): number {
  const t = x * x;
  return x * (1 - (t / 6) * (1 - (t / 20) * (1 - (t / 42) * (1 - (t / 72) * (1 - (t / 110) * (1 - (t / 156) * (1 - t / 210)))))));
}

/** cos x for |x| ≤ π/4 by its series to x¹⁶. */
function cosineNearZero(x: number): number {
  const t = x * x;
  return (
    1 - (t / 2) * (1 - (t / 12) * (1 - (t / 30) * (1 - (t / 56) * (1 - (t / 90) * (1 - (t / 132) * (1 - (t / 182) * (1 - t / 240)))))))
  );
}
