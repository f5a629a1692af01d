import { type Arithmetic, type Code, f32, f32x4, i32, type Variable, whileLoop } from "../../wasm/assembly/instructions.ts";
import { type WasmFunction, wasmFunction } from "../../wasm/assembly/assembleModule.ts";

/**
 * sums[c] += Σ over rows of x[row, c], for `channelBytes` bytes of channels. The rows of one call are summed by
 * themselves before they are added, so that a caller who comes with a few hundred rows at a time loses no digits.
 */
export const addColumns: WasmFunction = wasmFunction(
  "addColumns",
  { sums: "i32", x: "i32", channelBytes: "i32", rows: "i32" },
  ({ sums, x, channelBytes, rows }, local) => {
    const [at, left, end] = [local("i32"), local("i32"), local("i32")];
    /** Adds up columns side by side, `count` values wide. */
    const pass = (arithmetic: Arithmetic, count: number): Code => {
      const totals = Array.from({ length: count }, () => local(arithmetic.type));
      const bytes = count * arithmetic.width;
      const place = (
        pointer: Variable,
        i: number,
      ): Code => (i === 0 ? pointer.get : i32.add(pointer.get, i32.constant(i * arithmetic.width)));
      return whileLoop(i32.isBelow(i32.add(sums.get, i32.constant(bytes - 1)), end.get), [
        totals.map((total) => total.set(arithmetic.zero)),
        at.set(x.get),
        left.set(rows.get),
        whileLoop(left.get, [
          totals.map((total, i) => total.set(arithmetic.add(total.get, arithmetic.load(place(at, i))))),
          at.advance(channelBytes.get),
          left.advance(-1),
        ]),
        totals.map((total, i) => arithmetic.store(place(sums, i), arithmetic.add(arithmetic.load(place(sums, i)), total.get))),
        sums.advance(bytes),
        x.advance(bytes),
      ]);
    };
    // A cache line at a time where there is one, else a vector, else a value.
    return [end.set(i32.add(sums.get, channelBytes.get)), pass(f32x4, 4), pass(f32x4, 1), pass(f32, 1)];
  },
);

/** y[row, c] = (x[row, c] − means[c]) · factors[c] + offsets[c]. */
export const normaliseChannels: WasmFunction = wasmFunction(
  "normaliseChannels",
  { y: "i32", x: "i32", means: "i32", factors: "i32", offsets: "i32", channelBytes: "i32", rows: "i32" },
  ({ y, x, means, factors, offsets, channelBytes, rows }, local) => {
    const [mean, factor, offset, vectorEnd, end] = [local("i32"), local("i32"), local("i32"), local("i32"), local("i32")];
    const pass = (until: Variable, { load, store, subtract, multiply, add, width }: Arithmetic): Code =>
      whileLoop(i32.isBelow(mean.get, until.get), [
        store(y.get, add(multiply(subtract(load(x.get), load(mean.get)), load(factor.get)), load(offset.get))),
        [y, x, mean, factor, offset].map((pointer) => pointer.advance(width)),
      ]);
    return [
      vectorEnd.set(i32.add(means.get, i32.and(channelBytes.get, i32.constant(-16)))),
      end.set(i32.add(means.get, channelBytes.get)),
      whileLoop(rows.get, [
        [mean.set(means.get), factor.set(factors.get), offset.set(offsets.get)],
        pass(vectorEnd, f32x4),
        pass(end, f32),
        rows.advance(-1),
      ]),
    ];
  },
);

/** sums[c] += Σ over rows of (x[row, c] − means[c]) · y[row, c]. */
export const addCentredProducts: WasmFunction = wasmFunction(
  "addCentredProducts",
  { sums: "i32", x: "i32", means: "i32", y: "i32", channelBytes: "i32", rows: "i32" },
  ({ sums, x, means, y, channelBytes, rows }, local) => {
    const [atX, atY, left, vectorEnd, end] = [local("i32"), local("i32"), local("i32"), local("i32"), local("i32")];
    const pass = (until: Variable, { type, zero, load, store, subtract, multiply, add, width }: Arithmetic): Code => {
      const [total, mean] = [local(type), local(type)];
      return whileLoop(i32.isBelow(sums.get, until.get), [
        [total.set(zero), mean.set(load(means.get)), atX.set(x.get), atY.set(y.get), left.set(rows.get)],
        whileLoop(left.get, [
          total.set(add(total.get, multiply(subtract(load(atX.get), mean.get), load(atY.get)))),
          [atX.advance(channelBytes.get), atY.advance(channelBytes.get), left.advance(-1)],
        ]),
        store(sums.get, add(load(sums.get), total.get)),
        [sums, means, x, y].map((pointer) => pointer.advance(width)),
      ]);
    };
    return [
      vectorEnd.set(i32.add(sums.get, i32.and(channelBytes.get, i32.constant(-16)))),
      end.set(i32.add(sums.get, channelBytes.get)),
      pass(vectorEnd, f32x4),
      pass(end, f32),
    ];
  },
);

/** out[row, c] = dy[row, c] · factors[c] + (x[row, c] − means[c]) · slopes[c] + offsets[c]. */
export const combineChannels: WasmFunction = wasmFunction(
  "combineChannels",
  { out: "i32", dy: "i32", x: "i32", means: "i32", factors: "i32", slopes: "i32", offsets: "i32", channelBytes: "i32", rows: "i32" },
  ({ out, dy, x, means, factors, slopes, offsets, channelBytes, rows }, local) => {
    const [mean, factor, slope, offset, vectorEnd, end] = [local("i32"), local("i32"), local("i32"), local("i32"), local("i32"), local("i32")];
    const pass = (until: Variable, { load, store, subtract, multiply, add, width }: Arithmetic): Code =>
      whileLoop(i32.isBelow(mean.get, until.get), [
        store(out.get, add(add(multiply(load(dy.get), load(factor.get)), multiply(subtract(load(x.get), load(mean.get)), load(slope.get))), load(offset.get))),
        [out, dy, x, mean, factor, slope, offset].map((pointer) => pointer.advance(width)),
      ]);
    return [
      vectorEnd.set(i32.add(means.get, i32.and(channelBytes.get, i32.constant(-16)))),
      end.set(i32.add(means.get, channelBytes.get)),
      whileLoop(rows.get, [
        [mean.set(means.get), factor.set(factors.get), slope.set(slopes.get), offset.set(offsets.get)],
        pass(vectorEnd, f32x4),
        pass(end, f32),
        rows.advance(-1),
      ]),
    ];
  },
);
