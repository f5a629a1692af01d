import type { Key } from "./key.ts";
import { fillWords } from "./words.ts";

/**
 * `count` independent uniform numbers in `[low, high)`, float32: `low + (high − low) · u`, u = ⌊word / 2⁸⌋ / 2²⁴.
 *
 * Value *i* depends on the key and *i* alone, never on `count`; `first` starts further along the same stream. One key, one
 * use: uniforms, normals and integers of the same key are made of the same words. The bounds are taken as float32.
 *
 * @throws RangeError where `low` is not below `high`
 */
export function uniforms(key: Key, count: number, low = 0, high = 1, first = 0): Float32Array {
  const { bottom, top, last } = uniformBounds(low, high);
  const words = fillWords(key, new Uint32Array(count), first);
  const values = new Float32Array(count);
  const scale = (top - bottom) / 0x100_0000;
  for (let i = 0; i < count; i++) {
    values[i] = bottom + scale * (words[i]! >>> 8);
    if (values[i]! >= top) values[i] = last; // rounding to float32 may have reached it
  }
  return values;
}

/**
 * The bounds as float32, and the last number below the upper one.
 *
 * @throws RangeError where `low` is not below `high`
 */
export function uniformBounds(low: number, high: number): { readonly bottom: number; readonly top: number; readonly last: number } {
  const [bottom, top] = [Math.fround(low), Math.fround(high)];
  if (bottom < top && Number.isFinite(top - bottom)) return { bottom, top, last: below(top) };
  throw new RangeError(`uniforms: expected finite bounds with low < high (as float32), got low ${low} and high ${high}`);
}

/** The float32 just below a finite one. */
function below(value: number): number {
  if (value === 0) return -1.401298464324817e-45;
  const cell = new DataView(new ArrayBuffer(4));
  cell.setFloat32(0, value);
  cell.setInt32(0, cell.getInt32(0) + (value > 0 ? -1 : 1));
  return cell.getFloat32(0);
}
