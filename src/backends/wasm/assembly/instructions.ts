/**
 * WebAssembly instructions as bytes, written as nested expressions: an operand is the code that leaves it on the stack.
 * Only what the kernels use. https://webassembly.github.io/spec/core/binary/instructions.html
 */
export type Code = readonly (number | Code)[];

/** An instruction on vectors. */
const simd = (opcode: number, ...operands: readonly Code[]): Code => [...operands, 0xfd, ...unsigned(opcode)];

export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  add: (a: Code, b: Code): Code => [a, b, 0x6a],
  and: (a: Code, b: Code): Code => [a, b, 0x71],
  shiftRight: (a: Code, b: Code): Code => [a, b, 0x76],
  isBelow: (a: Code, b: Code): Code => [a, b, 0x49],
};

/** Arithmetic on one float or on four at once: what is written against it compiles to both. */
export interface Arithmetic {
  readonly type: "f32" | "v128";
  /** Bytes of one value. */
  readonly width: number;
  readonly zero: Code;
  load(address: Code): Code;
  store(address: Code, value: Code): Code;
  /** An f32 parameter as a value of this kind. */
  splat(value: Code): Code;
  add(a: Code, b: Code): Code;
  subtract(a: Code, b: Code): Code;
  multiply(a: Code, b: Code): Code;
  divide(a: Code, b: Code): Code;
  root(a: Code): Code;
  /** a where x > y, else b. */
  whereAbove(x: Code, y: Code, a: Code, b: Code): Code;
}

export const f32: Arithmetic = {
  type: "f32",
  width: 4,
  zero: [0x43, 0, 0, 0, 0],
  load: (address) => [address, 0x2a, ...memory(0)],
  store: (address, value) => [address, value, 0x38, ...memory(0)],
  splat: (value) => value,
  add: (a, b) => [a, b, 0x92],
  subtract: (a, b) => [a, b, 0x93],
  multiply: (a, b) => [a, b, 0x94],
  divide: (a, b) => [a, b, 0x95],
  root: (a) => [a, 0x91],
  whereAbove: (x, y, a, b) => [a, b, x, y, 0x5e, 0x1b],
};

/** Four floats; comparisons give all ones or all zeros per lane. */
export const f32x4 = {
  type: "v128",
  width: 16,
  zero: vector(new Float32Array(4)),
  load: (address) => v128.load(address),
  store: (address, value) => v128.store(address, value),
  splat: (value) => simd(0x13, value),
  add: (a, b) => simd(0xe4, a, b),
  subtract: (a, b) => simd(0xe5, a, b),
  multiply: (a, b) => simd(0xe6, a, b),
  divide: (a, b) => simd(0xe7, a, b),
  root: (a) => simd(0xe3, a),
  whereAbove: (x, y, a, b) => v128.choose(simd(0x44, x, y), a, b),
  constant: (value: number): Code => vector(Float32Array.of(value, value, value, value)),
  isAbove: (a: Code, b: Code): Code => simd(0x44, a, b),
  absolute: (a: Code): Code => simd(0xe0, a),
} satisfies Arithmetic & Readonly<Record<string, unknown>>;

export const v128 = {
  load: (address: Code, offset = 0): Code => [simd(0x00, address), ...memory(offset)],
  /** Loads one float into all four lanes. */
  loadSplat: (address: Code, offset = 0): Code => [simd(0x09, address), ...memory(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [simd(0x0b, address, value), ...memory(offset)],
  /** The first of four lanes. */
  storeLane: (address: Code, value: Code): Code => [simd(0x5a, address, value), ...memory(0), 0],
  /** a · b + c, rounded once or twice as the machine likes best; needs relaxed SIMD. */
  multiplyAdd: (a: Code, b: Code, c: Code): Code => simd(0x105, a, b, c),
  and: (a: Code, b: Code): Code => simd(0x4e, a, b),
  /** a and not b. */
  andNot: (a: Code, b: Code): Code => simd(0x4f, a, b),
  or: (a: Code, b: Code): Code => simd(0x50, a, b),
  xor: (a: Code, b: Code): Code => simd(0x51, a, b),
  /** The bits of a where the mask has ones, else those of b. */
  choose: (mask: Code, a: Code, b: Code): Code => simd(0x52, a, b, mask),
};

/** Four 32-bit integers; comparisons give all ones or all zeros per lane. */
export const i32x4 = {
  constant: (...lanes: readonly number[]): Code => vector(Int32Array.from({ length: 4 }, (_, i) => lanes[i % lanes.length]!)),
  splat: (value: Code): Code => simd(0x11, value),
  add: (a: Code, b: Code): Code => simd(0xae, a, b),
  subtract: (a: Code, b: Code): Code => simd(0xb1, a, b),
  shiftLeft: (a: Code, bits: number): Code => simd(0xab, a, i32.constant(bits)),
  /** Fills up with zeros. */
  shiftRight: (a: Code, bits: number): Code => simd(0xad, a, i32.constant(bits)),
  /** As unsigned integers. */
  isBelow: (a: Code, b: Code): Code => simd(0x3a, a, b),
  isEqual: (a: Code, b: Code): Code => simd(0x37, a, b),
  /** Lanes 0 to 3 of a and 4 to 7 of b. */
  shuffle: (a: Code, b: Code, ...lanes: readonly [number, number, number, number]): Code => [simd(0x0d, a, b), ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte))],
  /** The 64-bit products of unsigned lanes 0 and 1. */
  productsOfLow: (a: Code, b: Code): Code => simd(0xde, a, b),
  /** Those of lanes 2 and 3. */
  productsOfHigh: (a: Code, b: Code): Code => simd(0xdf, a, b),
};

/** Two 64-bit integers. */
export const i64x2 = {
  constant: (value: bigint): Code => vector(BigInt64Array.of(value, value)),
  shiftLeft: (a: Code, bits: number): Code => simd(0xcb, a, i32.constant(bits)),
  /** Fills up with zeros. */
  shiftRight: (a: Code, bits: number): Code => simd(0xcd, a, i32.constant(bits)),
  /** Lanes 0 and 1 of four 32-bit integers, with their signs. */
  fromLow: (a: Code): Code => simd(0xc7, a),
};

/** Two doubles. */
export const f64x2 = {
  constant: (value: number): Code => vector(Float64Array.of(value, value)),
  splat: (value: Code): Code => simd(0x14, value),
  add: (a: Code, b: Code): Code => simd(0xf0, a, b),
  subtract: (a: Code, b: Code): Code => simd(0xf1, a, b),
  multiply: (a: Code, b: Code): Code => simd(0xf2, a, b),
  divide: (a: Code, b: Code): Code => simd(0xf3, a, b),
  root: (a: Code): Code => simd(0xef, a),
  isAbove: (a: Code, b: Code): Code => simd(0x4a, a, b),
  /** Lanes 0 and 1 of four signed 32-bit integers. */
  fromSigned: (a: Code): Code => simd(0xfe, a),
  fromUnsigned: (a: Code): Code => simd(0xff, a),
  /** Rounded to two floats, and two zeros. */
  toFloats: (a: Code): Code => simd(0x5e, a),
};

/** A constant of 16 bytes. */
function vector(lanes: Float32Array | Float64Array | Int32Array | BigInt64Array): Code {
  return [0xfd, ...unsigned(0x0c), ...new Uint8Array(lanes.buffer)];
}

/** Runs `body` as long as `condition` holds, tested before each pass. */
export function whileLoop(condition: Code, body: Code): Code {
  const [block, loop, end, skipUnless, repeatIf] = [[0x02, 0x40], [0x03, 0x40], 0x0b, [0x45, 0x0d, 0], [0x0d, 0]];
  return [block, condition, skipUnless, loop, body, condition, repeatIf, end, end];
}

/** A parameter or local variable. */
export interface Variable {
  readonly get: Code;
  set(value: Code): Code;
  /** Adds to an i32. */
  advance(by: Code | number): Code;
}

export function variable(index: number): Variable {
  const get = [0x20, ...unsigned(index)];
  const set = (value: Code): Code => [value, 0x21, ...unsigned(index)];
  return { get, set, advance: (by) => set(i32.add(get, typeof by === "number" ? i32.constant(by) : by)) };
}

/** Any alignment is allowed; the hint says 4 bytes. */
function memory(offset: number): readonly number[] {
  return [2, ...unsigned(offset)];
}

/** LEB128. */
export function unsigned(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const byte = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? byte : byte | 0x80);
  } while (rest !== 0);
  return bytes;
}

function signed(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0)) return [...bytes, byte];
    bytes.push(byte | 0x80);
  }
}
