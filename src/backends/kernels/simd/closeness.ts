import { type Code, f32x4, i32, i32x4, v128, type Variable, whileLoop } from "../../wasm/assembly/instructions.ts";
import { type WasmFunction, wasmFunction } from "../../wasm/assembly/assembleModule.ts";

const vectors = 4;
/** Samples that are compared with one side by side: four vectors. */
export const samplesAtOnce = 4 * vectors;
const stepBytes = 4 * samplesAtOnce;

/** Added to k, it leaves k + 127, the exponent's bits of 2^k, at the end of the sum's own; rounds to whole numbers. */
const exponents = 1.5 * 2 ** 23 + 127;

type Local = (type: "i32" | "v128") => Variable;

/**
 * to[i] = Σⱼ exp(−Σ_c |m_c[i] − m_c[j]|) for `count` samples i, `toStride` bytes apart. m has a row of `rowBytes` bytes for each of
 * `dimensions`, a sample a column; j runs over all columns.
 */
export const closeness: WasmFunction = wasmFunction(
  "closeness",
  { to: "i32", toStride: "i32", m: "i32", rowBytes: "i32", dimensions: "i32", count: "i32" },
  ({ to, toStride, m, rowBytes, dimensions, count }, local) => {
    const [own, at, total] = [local("i32"), local("i32"), local("v128")];
    const near = nearness({ m, own, at, rowBytes, dimensions }, local);
    return [
      own.set(m.get),
      whileLoop(count.get, [
        [total.set(f32x4.zero), at.set(i32.constant(0))],
        whileLoop(i32.isBelow(at.get, rowBytes.get), [
          near.measure,
          near.of.map((value) => total.set(f32x4.add(total.get, value))),
          at.advance(stepBytes),
        ]),
        v128.storeLane(to.get, sumOfLanes(total)),
        [to.advance(toStride.get), own.advance(4), count.advance(-1)],
      ]),
    ];
  },
);

/**
 * to[i, c] = −Σⱼ exp(−Σ_c |m_c[i] − m_c[j]|) sign(m_c[i] − m_c[j]) (dy[i] + dy[j]), rows of `to` `toStride` bytes apart; m as above,
 * `weights` is room for a row.
 */
export const closenessGrad: WasmFunction = wasmFunction(
  "closenessGrad",
  { to: "i32", toStride: "i32", m: "i32", dy: "i32", weights: "i32", rowBytes: "i32", dimensions: "i32", count: "i32" },
  ({ to, toStride, m, dy, weights, rowBytes, dimensions, count }, local) => {
    const [own, ownSlope, at, place, row, ownValue, left] = [local("i32"), local("i32"), local("i32"), local("i32"), local("i32"), local("i32"), local("i32")];
    const [slope, value, weight, difference, total] = [local("v128"), local("v128"), local("v128"), local("v128"), local("v128")];
    const near = nearness({ m, own, at, rowBytes, dimensions }, local);
    const isInRow = i32.isBelow(at.get, rowBytes.get);
    return [
      [own.set(m.get), ownSlope.set(dy.get)],
      whileLoop(count.get, [
        [slope.set(v128.loadSplat(ownSlope.get)), at.set(i32.constant(0))],
        whileLoop(isInRow, [
          near.measure,
          near.of.map((closeTo, i) =>
            v128.store(i32.add(weights.get, at.get), f32x4.multiply(closeTo, f32x4.add(slope.get, v128.load(i32.add(dy.get, at.get), 16 * i))), 16 * i)),
          at.advance(stepBytes),
        ]),
        [row.set(m.get), ownValue.set(own.get), place.set(to.get), left.set(dimensions.get)],
        whileLoop(left.get, [
          [value.set(v128.loadSplat(ownValue.get)), total.set(f32x4.zero), at.set(i32.constant(0))],
          whileLoop(isInRow, [
            weight.set(v128.load(i32.add(weights.get, at.get))),
            difference.set(f32x4.subtract(v128.load(i32.add(row.get, at.get)), value.get)),
            // Where the other is larger the gradient rises, where it is smaller it falls, and where they are the same it does neither.
            total.set(f32x4.add(total.get, v128.and(weight.get, f32x4.isAbove(difference.get, f32x4.zero)))),
            total.set(f32x4.subtract(total.get, v128.and(weight.get, f32x4.isAbove(f32x4.zero, difference.get)))),
            at.advance(16),
          ]),
          v128.storeLane(place.get, sumOfLanes(total)),
          [row.advance(rowBytes.get), ownValue.advance(rowBytes.get), place.advance(4), left.advance(-1)],
        ]),
        [to.advance(toStride.get), own.advance(4), ownSlope.advance(4), count.advance(-1)],
      ]),
    ];
  },
);

interface Place {
  readonly m: Variable;
  /** Address of the sample that is compared. */
  readonly own: Variable;
  /** Bytes from the row's beginning to those it is compared with. */
  readonly at: Variable;
  readonly rowBytes: Variable;
  readonly dimensions: Variable;
}

/** Sums up the distances of a step, and says what exp makes of them. */
function nearness({ m, own, at, rowBytes, dimensions }: Place, local: Local): { readonly measure: Code; readonly of: readonly Code[] } {
  const [others, ownValue, left] = [local("i32"), local("i32"), local("i32")];
  const value = local("v128");
  const distances = Array.from({ length: vectors }, () => local("v128"));
  const [scaled, rest] = [local("v128"), local("v128")];
  const measure = [
    distances.map((distance) => distance.set(f32x4.zero)),
    [others.set(i32.add(m.get, at.get)), ownValue.set(own.get), left.set(dimensions.get)],
    whileLoop(left.get, [
      value.set(v128.loadSplat(ownValue.get)),
      distances.map((distance, i) => distance.set(f32x4.add(distance.get, f32x4.absolute(f32x4.subtract(v128.load(others.get, 16 * i), value.get))))),
      [others.advance(rowBytes.get), ownValue.advance(rowBytes.get), left.advance(-1)],
    ]),
    distances.map((distance) => distance.set(exponentialOfMinus(distance, scaled, rest))),
  ];
  return { measure, of: distances.map(({ get }) => get) };
}

/** exp(−x) for x ≥ 0 to the last digit or two; 0 from x = 87 on. `power` and `rest` are for use. */
function exponentialOfMinus(x: Variable, power: Variable, rest: Variable): Code {
  const { add, subtract, multiply, constant } = f32x4;
  // e^−x = 2^k e^r with |r| ≤ ½ ln 2; ln 2 in two parts, so that nothing of r is lost.
  const setPower = power.set(add(multiply(x.get, constant(-Math.LOG2E)), constant(exponents)));
  const k = subtract(power.get, constant(exponents));
  const setRest = rest.set(subtract(multiply(k, constant(-0.693359375)), add(x.get, multiply(k, constant(Math.LN2 - 0.693359375)))));
  const series = [5040, 720, 120, 24, 6, 2, 1, 1].map((factorial) => constant(1 / factorial)).reduce((sum, term) => add(term, multiply(rest.get, sum)));
  const scale = i32x4.shiftLeft(power.get, 23);
  return [setPower, setRest, v128.and(multiply(series, scale), f32x4.isAbove(constant(87), x.get))];
}

/** In every lane. */
function sumOfLanes(total: Variable): Code {
  const half = f32x4.add(total.get, i32x4.shuffle(total.get, total.get, 2, 3, 0, 1));
  return [total.set(half), f32x4.add(total.get, i32x4.shuffle(total.get, total.get, 1, 0, 3, 2))];
}
