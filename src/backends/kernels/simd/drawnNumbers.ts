import { philoxConstants } from "../../../math/random/philox.ts";
import { type Code, f32x4, f64x2, i32, i32x4, i64x2, v128, whileLoop } from "../../wasm/assembly/instructions.ts";
import { type ValueType, type WasmFunction, wasmFunction } from "../../wasm/assembly/assembleModule.ts";

/** Words of one pass: four blocks of Philox side by side. */
export const wordsPerPass = 16;

/** Computes now what is read more than once. */
type Hold = (value: Code) => Code;

const given = { out: "i32", passes: "i32", block: "i32", blockHigh: "i32", key0: "i32", key1: "i32" } as const;

/**
 * Writes `passes` times sixteen values, made of the words of the key's stream from a block on: the functions of `math/random`,
 * bit for bit, for integers and doubles are the same everywhere.
 */
function drawn<Scalar extends string>(
  name: string,
  scalars: Readonly<Record<Scalar, ValueType>>,
  /** Gets the scalars, and says what becomes of four words. */
  making: (scalars: Readonly<Record<Scalar, Code>>, hold: Hold) => (words: Code, hold: Hold) => Code,
): WasmFunction {
  return wasmFunction<keyof typeof given | Scalar>(name, { ...given, ...scalars }, (parameters, local) => {
    const [setUp, pass]: [Code[], Code[]] = [[], []];
    const [holdOnce, hold] = [setUp, pass].map((code): Hold => (value) => {
      const held = local("v128");
      code.push(held.set(value));
      return held.get;
    }) as [Hold, Hold];
    const { out, passes, block, blockHigh, key0, key1 } = parameters;

    // A counter's lower word that has become less than it was has run over into the upper one.
    const [low, high, next] = [local("v128"), local("v128"), local("v128")];
    const first = holdOnce(i32x4.splat(block.get));
    setUp.push(low.set(i32x4.add(first, i32x4.constant(0, 1, 2, 3))));
    setUp.push(high.set(i32x4.subtract(i32x4.splat(blockHigh.get), i32x4.isBelow(low.get, first))));
    const count = [
      next.set(i32x4.add(low.get, i32x4.constant(4))),
      high.set(i32x4.subtract(high.get, i32x4.isBelow(next.get, low.get))),
      low.set(next.get),
    ];

    const keys = roundKeys(key0.get, key1.get).map((key) => key.map((word) => holdOnce(i32x4.splat(word))));
    const make = making(Object.fromEntries(Object.keys(scalars).map((scalar) => [scalar, parameters[scalar as Scalar].get])) as Record<Scalar, Code>, holdOnce);
    const words = inOrder(philox([low.get, high.get, i32x4.constant(0), i32x4.constant(0)], keys, hold), hold);
    const stores = words.map((four, i) => v128.store(out.get, make(hold(four), hold), 16 * i));
    return [setUp, whileLoop(passes.get, [pass, stores, count, out.advance(4 * wordsPerPass), passes.advance(-1)])];
  });
}

const { multipliers, increments } = philoxConstants;

/** The key of each round, which grows by its increments. */
function roundKeys(...key: readonly Code[]): readonly (readonly Code[])[] {
  return Array.from({ length: 10 }, (_, round) => key.map((word, i) => i32.add(word, i32.constant(Math.imul(round, increments[i]!)))));
}

/** Philox4x32-10 of four counters; each of the four words is a vector. */
function philox(counters: readonly Code[], keys: readonly (readonly Code[])[], hold: Hold): readonly Code[] {
  return keys.reduce(([c0, c1, c2, c3], [k0, k1]) => {
    const [first, second] = [product(c0!, multipliers[0], hold), product(c2!, multipliers[1], hold)];
    return [hold(v128.xor(v128.xor(second.upper, c1!), k0!)), second.lower, hold(v128.xor(v128.xor(first.upper, c3!), k1!)), first.lower];
  }, counters);
}

/** The halves of the 64-bit products of four unsigned words by a number. */
function product(words: Code, by: number, hold: Hold): { readonly lower: Code; readonly upper: Code } {
  const factor = i32x4.constant(by);
  const [a, b] = [hold(i32x4.productsOfLow(words, factor)), hold(i32x4.productsOfHigh(words, factor))] as const;
  return { lower: hold(i32x4.shuffle(a, b, 0, 2, 4, 6)), upper: i32x4.shuffle(a, b, 1, 3, 5, 7) };
}

/** The four words of each counter side by side, where each vector had one word of all. */
function inOrder([c0, c1, c2, c3]: readonly Code[], hold: Hold): readonly Code[] {
  const paired = (a: Code, b: Code): readonly Code[] => [hold(i32x4.shuffle(a, b, 0, 4, 1, 5)), hold(i32x4.shuffle(a, b, 2, 6, 3, 7))];
  const [first, second] = [paired(c0!, c1!), paired(c2!, c3!)];
  return [0, 1].flatMap((half) => [i32x4.shuffle(first[half]!, second[half]!, 0, 1, 4, 5), i32x4.shuffle(first[half]!, second[half]!, 2, 3, 6, 7)]);
}

export const drawnWords = drawn("drawnWords", {}, () => (words) => words);

/** 24 bits of each word. */
const shareOf = (words: Code): Code => i32x4.shiftRight(words, 8);

/** 0 where the share is below `dropped`, else `kept`; see `dropoutMask`. */
export const drawnMask = drawn("drawnMask", { dropped: "i32", kept: "f32" }, ({ dropped, kept }, holdOnce) => {
  const [limit, value] = [holdOnce(i32x4.splat(dropped)), holdOnce(f32x4.splat(kept))];
  return (words) => v128.andNot(value, i32x4.isBelow(shareOf(words), limit));
});

/** bottom + scale · share, at most `last`; see `uniforms`. */
export const drawnUniforms = drawn("drawnUniforms", { bottom: "f64", scale: "f64", last: "f32" }, ({ bottom, scale, last }, holdOnce) => {
  const [offset, factor, most] = [holdOnce(f64x2.splat(bottom)), holdOnce(f64x2.splat(scale)), holdOnce(f32x4.splat(last))];
  return (words, hold) => {
    const share = hold(shareOf(words));
    const [low, high] = [share, i32x4.shuffle(share, share, 2, 3, 2, 3)].map((shares) => f64x2.toFloats(f64x2.add(offset, f64x2.multiply(factor, f64x2.fromUnsigned(shares)))));
    const spread = hold(i32x4.shuffle(low!, high!, 0, 1, 4, 5));
    return f32x4.whereAbove(spread, most, most, spread);
  };
});

/** Box and Muller's transform of two pairs of words, times `deviation`; see `normals`. */
export const drawnNormals = drawn("drawnNormals", { deviation: "f32" }, ({ deviation }, holdOnce) => {
  const scale = holdOnce(f32x4.splat(deviation));
  const { constant, add, subtract, multiply, divide } = f64x2;
  const one = constant(1);

  function logOfUniform(words: Code, hold: Hold): Code {
    const number = hold(add(f64x2.fromUnsigned(words), constant(0.5)));
    // A double's exponent is its bits from the 52nd on, above 1023; as the last bits of 2⁵² they are an integer again.
    const exponent = subtract(v128.or(i64x2.shiftRight(number, 52), constant(2 ** 52)), constant(2 ** 52 + 1023 + 32));
    const mantissa = hold(v128.or(v128.and(number, i64x2.constant(2n ** 52n - 1n)), one));
    const isHigh = hold(f64x2.isAbove(mantissa, constant(Math.SQRT2)));
    const near = hold(v128.choose(isHigh, multiply(mantissa, constant(0.5)), mantissa));
    const s = hold(divide(subtract(near, one), add(near, one)));
    const t = hold(multiply(s, s));
    const tail = [15, 13, 11, 9, 7, 5, 3].reduce((sum, odd) => add(constant(1 / odd), multiply(t, sum)), add(constant(1 / 17), divide(t, constant(19))));
    return add(multiply(add(exponent, v128.and(isHigh, one)), constant(Math.LN2)), multiply(multiply(constant(2), s), add(one, multiply(t, tail))));
  }
  /** 1 − t/d₁ (1 − t/d₂ (…)). */
  const alternating = (t: Code, divisors: readonly number[]): Code =>
    divisors.reduceRight((rest, divisor) => subtract(one, multiply(divide(t, constant(divisor)), rest)), one);

  return (words, hold) => {
    const radius = hold(f64x2.root(multiply(constant(-2), logOfUniform(i32x4.shuffle(words, words, 0, 2, 0, 2), hold))));
    const angle = hold(i32x4.shuffle(words, words, 1, 3, 1, 3));
    const quadrant = hold(i32x4.shiftRight(i32x4.add(angle, i32x4.constant(0x2000_0000)), 30));
    const x = hold(multiply(constant((2 * Math.PI) / 2 ** 32), f64x2.fromSigned(i32x4.subtract(angle, i32x4.shiftLeft(quadrant, 30)))));
    const t = hold(multiply(x, x));
    const sine = hold(multiply(x, alternating(t, [6, 20, 42, 72, 110, 156, 210])));
    const cosine = hold(alternating(t, [2, 12, 30, 56, 90, 132, 182, 240]));
    const ones = i32x4.constant(1);
    const isTurned = hold(i64x2.fromLow(i32x4.isEqual(v128.and(quadrant, ones), ones)));
    /** Negative where bit 1 of `turns` is set. */
    const signed = (value: Code, turns: Code): Code => v128.xor(value, i64x2.shiftLeft(i64x2.fromLow(i32x4.shiftRight(turns, 1)), 63));
    const across = signed(multiply(radius, v128.choose(isTurned, sine, cosine)), i32x4.add(quadrant, ones));
    const up = signed(multiply(radius, v128.choose(isTurned, cosine, sine)), quadrant);
    return f32x4.multiply(scale, i32x4.shuffle(f64x2.toFloats(across), f64x2.toFloats(up), 0, 4, 1, 5));
  };
});
