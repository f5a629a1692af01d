import { dropoutMask } from "../../../src/math/random/dropoutMask.ts";
import { drawnKernel } from "../../../src/math/random/drawnOnDevice.ts";
import { fold, rootKey } from "../../../src/math/random/fold.ts";
import type { Key } from "../../../src/math/random/key.ts";
import { boxMuller, normals } from "../../../src/math/random/normals.ts";
import { normalTensor } from "../../../src/math/random/normalTensor.ts";
import { uniforms } from "../../../src/math/random/uniforms.ts";
import { uniformTensor } from "../../../src/math/random/uniformTensor.ts";
import { fillWords } from "../../../src/math/random/words.ts";
import { wordTensor } from "../../../src/math/random/wordTensor.ts";
import { tf } from "../../../src/math/tensor.ts";
import { assert, close, it } from "../../kit/kit.ts";
import { describeOnEachBackend } from "../backendsUnderTest.ts";
import { runPoisoned } from "./runPoisoned.ts";

const keys: readonly Key[] = [[0, 0], [0xffffffff, 0xffffffff], [0xa4093822, 0x299f31d0], rootKey(-3), fold(rootKey(7), "noise", 12)];
/** One value, odd counts and whole blocks; and more workgroups than one row of a dispatch takes. */
const shapes = [[1], [2], [3], [5, 1], [4], [64, 100], [7, 11, 13]];
const beyondOneRow = 65_535 * 64 * 4 + 260;
/** Beginnings within a block, behind it, and where the counter's second word moves. */
const beginnings = [0, 1, 2, 3, 7, 4_000, 4 * 0x1_0000_0000 - 6, 4 * (0x1_0000_0000 * 3 + 7)];

await describeOnEachBackend("tensors of drawn numbers", (backend, device) => {
  it("are made of Philox4x32-10, from its published answers on", async () => {
    // Random123 1.14.0, tests/kat_vectors, the row of counter 0 and key 0.
    const [words] = await runPoisoned(device(), () => [wordTensor([0, 0], [4])]);
    assert.deepEqual([...words!].map((word) => word >>> 0), [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    assert.equal(tf.getKernel(drawnKernel, backend) !== undefined, backend !== "cpu");
  });

  it("have the CPU's integers, whatever the key, the shape and the beginning", async () => {
    const draws = [
      ...keys.flatMap((key) => shapes.map((shape) => ({ key, shape, first: 0 }))),
      ...beginnings.flatMap((first) => [[1], [8], [9]].map((shape) => ({ key: keys[3]!, shape, first }))),
    ];
    const results = await runPoisoned(device(), () => draws.map(({ key, shape, first }) => wordTensor(key, shape, first)));
    draws.forEach(({ key, shape, first }, i) => {
      const expected = new Int32Array(fillWords(key, new Uint32Array(tf.util.sizeFromShape([...shape])), first).buffer);
      assert.deepEqual([...results[i]!], [...expected], `${shape} from ${first}`);
    });
  });

  if (backend === "webgpu") it("have the CPU's integers beyond one row of a dispatch", async () => {
    const [words] = await runPoisoned(device(), () => [wordTensor(keys[4]!, [beyondOneRow])]);
    const expected = new Int32Array(fillWords(keys[4]!, new Uint32Array(beyondOneRow)).buffer);
    assert.equal(words!.findIndex((word, i) => word !== expected[i]), -1);
  });

  it("uniform: bit for bit the CPU's, on WebGPU from 0 on and over a power of two, else within 2⁻²¹ of the larger bound", async () => {
    const bounds = [[0, 1], [0, 0.3], [-1, 1], [0.5, 0.75], [-0.1, 0.2], [1, Math.fround(1 + 2 ** -23)], [-1e30, 3e30], [-7, 0]] as const;
    const draws = bounds.flatMap(([low, high]) => [[4000], [777]].map((shape) => ({ low, high, shape })));
    const results = await runPoisoned(device(), () => draws.map(({ low, high, shape }) => uniformTensor(keys[3]!, shape, { low, high, first: 2 })));
    draws.forEach(({ low, high, shape }, i) => {
      const expected = uniforms(keys[3]!, shape[0]!, low, high, 2);
      const [bottom, top] = [Math.fround(low), Math.fround(high)];
      assert.ok(results[i]!.every((value) => value >= bottom && value < top), `[${low}, ${high})`);
      if (backend !== "webgpu" || low === 0 || Number.isInteger(Math.log2(top - bottom))) assert.deepEqual([...results[i]!], [...expected], `[${low}, ${high})`);
      const scale = Math.max(Math.abs(low), Math.abs(high));
      close(Array.from(results[i]!, (value) => value / scale), Array.from(expected, (value) => value / scale), 2 ** -21, `[${low}, ${high})`);
    });
  });

  it("normal: bit for bit the CPU's, on WebGPU within 2⁻²⁰", async () => {
    const draws = [...keys.flatMap((key) => [[1], [5, 3], [40_000]].map((shape) => ({ key, shape, first: 0 }))), ...beginnings.map((first) => ({ key: keys[2]!, shape: [10], first }))];
    const results = await runPoisoned(device(), () => draws.map(({ key, shape, first }) => normalTensor(key, shape, { first })));
    draws.forEach(({ key, shape, first }, i) => {
      const expected = normals(key, tf.util.sizeFromShape([...shape]), first);
      if (backend === "webgpu") close(results[i]!, expected, 2 ** -20, `${shape} from ${first}`);
      else assert.deepEqual(results[i], expected, `${shape} from ${first}`);
    });
  });

  it("normal: the tails and the smallest keep their digits, and every quadrant its sign", async () => {
    const count = 2 ** 20;
    const words = fillWords(keys[4]!, new Uint32Array(count));
    const [values] = await runPoisoned(device(), () => [normalTensor(keys[4]!, [count])]);
    // The extremes among half a million pairs: radii from 2e-3 to 5.1, by the words they come from.
    const order = Array.from({ length: count / 2 }, (_, i) => i).sort((a, b) => words[2 * a]! - words[2 * b]!);
    for (const i of [...order.slice(0, 200), ...order.slice(-200)]) {
      const exact = new Float32Array(2);
      boxMuller(exact, 0, words[2 * i]!, words[2 * i + 1]!);
      const radius = Math.hypot(...exact);
      close([0, 1].map((k) => values![2 * i + k]! / radius), [0, 1].map((k) => exact[k]! / radius), 2 ** -20, `of word ${words[2 * i]}`);
    }
  });

  it("normal of a deviation: that many times the standard one", async () => {
    const [wide, standard] = await runPoisoned(device(), () => [normalTensor(keys[3]!, [999], { deviation: 0.3 }), normalTensor(keys[3]!, [999])]);
    close(wide!, standard!.map((value) => Math.fround(0.3) * value), 1e-6);
  });

  it("masks: exactly the CPU's", async () => {
    const rates = [0, 1e-9, 0.1, 0.2, 0.25, 0.5, 0.9, 1 - 2 ** -24];
    const results = await runPoisoned(device(), () => rates.flatMap((rate) => [dropoutMask(keys[3]!, [50, 40], rate), dropoutMask(keys[3]!, [7], rate)]));
    rates.forEach((rate, i) => {
      const expected = uniforms(keys[3]!, 2000).map((value) => (value < rate ? 0 : 1 / (1 - rate)));
      assert.deepEqual([...results[2 * i]!], [...expected], `rate ${rate}`);
      assert.deepEqual([...results[2 * i + 1]!], [...expected.slice(0, 7)], `rate ${rate}`);
    });
    assert.throws(() => dropoutMask(keys[0]!, [1], 1), /expected a rate >= 0 and < 1, got 1/);
    assert.throws(() => uniformTensor(keys[0]!, [1], { low: 1, high: 1 }), /low < high/);
  });

  it("may be empty or scalars, and leave nothing behind", async () => {
    const before = device().memory().tensors;
    const [empty, scalar] = [normalTensor(keys[0]!, [0, 3]), uniformTensor(keys[0]!, [])];
    assert.equal((await empty.data()).length, 0);
    assert.deepEqual([...(await scalar.data())], [...uniforms(keys[0]!, 1)]);
    tf.dispose([empty, scalar]);
    assert.equal(device().memory().tensors, before);
  });
});
