import type { SavedTensor, Snapshot } from "../../src/game/checkpoint.ts";
import { assert } from "../kit/kit.ts";

/** Bits that come back only where nothing has done arithmetic on them: NaNs with payloads, −0, denormals, infinities. */
export const fragileBits: readonly number[] = [
  0x7fc00001,
  0xffc12345,
  0x7f800001,
  0x80000000,
  0x00000001,
  0x807fffff,
  0x7f800000,
  0xff800000,
];

export function float32OfBits(bits: readonly number[]): Float32Array {
  return new Float32Array(Uint32Array.from(bits).buffer);
}

/** A small snapshot whose every value is a function of its round. */
export function snapshotOf(round: number, changes: Partial<Snapshot> = {}): Snapshot {
  const kernel = Float32Array.from({ length: 6 }, (_, index) => round + index / 8);
  const tensors: [string, SavedTensor][] = [
    ["parameters/generator/dense1/kernel", { shape: [2, 3], dtype: "float32", values: kernel }],
    ["carry/fragile", { shape: [fragileBits.length], dtype: "float32", values: float32OfBits(fragileBits) }],
    ["carry/counts", { shape: [2], dtype: "int32", values: Int32Array.of(round, -2147483648) }],
    ["slots/generator/scale", { shape: [], dtype: "float32", values: Float32Array.of(-round) }],
    ["carry/nothing", { shape: [0, 3], dtype: "float32", values: new Float32Array(0) }],
  ];
  return {
    round,
    configuration: { networks: { generator: { name: "mlp", options: { hidden: [8, 8] } } } },
    provenance: { runtime: "bun", backend: "cpu", adapter: "", kernels: ["adam"] },
    state: {
      positions: { data: round * 64 },
      rates: {},
      carry: { note: "ünïcode \u2028 \ud800", zero: -0, tiny: 5e-324, list: [1, [], {}] },
    },
    metrics: { "loss/generator": 1 / (Math.abs(round) + 1) },
    tensors: new Map(tensors),
    ...changes,
  };
}

/** Asserts that two snapshots are the same, to the bit. */
export function assertSame(actual: Snapshot | undefined, expected: Snapshot): void {
  assert.ok(actual, "expected a snapshot, got nothing");
  const { tensors, ...rest } = actual;
  const { tensors: expectedTensors, ...expectedRest } = expected;
  // Strict deep equality tells −0 from 0.
  assert.deepStrictEqual(rest, expectedRest);
  assert.deepStrictEqual([...tensors.keys()].sort(), [...expectedTensors.keys()].sort());
  for (const [name, { shape, dtype, values }] of expectedTensors) {
    const found = tensors.get(name)!;
    assert.deepStrictEqual([found.shape, found.dtype, found.values.constructor], [shape, dtype, values.constructor], name);
    assert.deepStrictEqual(bytesOf(found), bytesOf({ shape, dtype, values }), name);
  }
}

function bytesOf({ values }: SavedTensor): readonly number[] {
  return [...new Uint8Array(values.buffer, values.byteOffset, values.byteLength)];
}
