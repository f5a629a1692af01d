/**
 * WebAssembly instructions as bytes, written as nested expressions: an operand is the code that leaves it on the stack.
 * Only what the kernels use. https://webassembly.github.io/spec/core/binary/instructions.html
 */
export type Code = readonly (number | Code)[];

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

export const f32x4: Arithmetic = {
  type: "v128",
  width: 16,
  zero: [0xfd, ...unsigned(0x0c), ...Array<number>(16).fill(0)],
  load: (address) => v128.load(address),
  store: (address, value) => v128.store(address, value),
  splat: (value) => [value, 0xfd, ...unsigned(0x13)],
  add: (a, b) => [a, b, 0xfd, ...unsigned(0xe4)],
  subtract: (a, b) => [a, b, 0xfd, ...unsigned(0xe5)],
  multiply: (a, b) => [a, b, 0xfd, ...unsigned(0xe6)],
  divide: (a, b) => [a, b, 0xfd, ...unsigned(0xe7)],
  root: (a) => [a, 0xfd, ...unsigned(0xe3)],
  // A comparison gives all ones or all zeros per lane; then bits are chosen by it.
  whereAbove: (x, y, a, b) => [a, b, [x, y, 0xfd, ...unsigned(0x44)], 0xfd, ...unsigned(0x52)],
};

export const v128 = {
  load: (address: Code, offset = 0): Code => [address, 0xfd, ...unsigned(0x00), ...memory(offset)],
  /** Loads one float into all four lanes. */
  loadSplat: (address: Code, offset = 0): Code => [address, 0xfd, ...unsigned(0x09), ...memory(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [address, value, 0xfd, ...unsigned(0x0b), ...memory(offset)],
  /** a · b + c, rounded once or twice as the machine likes best; needs relaxed SIMD. */
  multiplyAdd: (a: Code, b: Code, c: Code): Code => [a, b, c, 0xfd, ...unsigned(0x105)],
};

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
