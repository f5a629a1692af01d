import { readFileSync } from "node:fs";
import { augmentImages, type Transform } from "../../../src/math/augmentation/augmentImages.ts";
import { augmentationDraws, type AugmentationDraws, type Draw } from "../../../src/math/augmentation/augmentationDraws.ts";
import { colour, colourAmounts } from "../../../src/math/augmentation/colour.ts";
import { cutout, holes } from "../../../src/math/augmentation/cutout.ts";
import { shifts, translation } from "../../../src/math/augmentation/translation.ts";
import { fold, rootKey } from "../../../src/math/random/fold.ts";
import { type Tensor, tf } from "../../../src/math/tensor.ts";
import { computeOnTheDevice, describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { checkFirstOrder, checkSecondOrder } from "../../backends/checkGradient.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";
import { tensorOf, type Written } from "../../references/networkReferences.ts";

type Numbers = Readonly<Record<string, readonly number[]>>;

interface References {
  readonly diffAugment: readonly {
    readonly name: string;
    readonly draws: Numbers;
    readonly input: Written;
    readonly output: Written;
    readonly weights: Written;
    readonly gradient: Written;
  }[];
  readonly ada: readonly {
    readonly name: string;
    readonly p: number;
    readonly which: readonly Transform[];
    readonly amounts: Numbers;
    readonly chances: Numbers;
    readonly input: Written;
    readonly output: Written;
  }[];
}

const references: References = JSON.parse(readFileSync(new URL("../../references/augmentations.json", import.meta.url), "utf8"));
const key = rootKey(11);

function applied(name: string, images: Tensor, draws: Numbers): Tensor {
  const floats = (of: string): Float32Array => Float32Array.from(draws[of]!);
  const whole = (of: string): Int32Array => Int32Array.from(draws[of]!);
  if (name === "colour") return colour(images, { brightness: floats("brightness"), saturation: floats("saturation"), contrast: floats("contrast") });
  if (name === "translation") return translation(images, { down: whole("down"), right: whole("right") });
  return cutout(images, { row: whole("row"), column: whole("column") });
}

function drawsOf({ amounts, chances }: { readonly amounts: Numbers; readonly chances: Numbers }): AugmentationDraws {
  const draw = (name: string): Draw => ({ amount: Float32Array.from(amounts[name]!), chance: Float32Array.from(chances[name]!) });
  return Object.fromEntries(Object.keys(amounts).map((name) => [name, draw(name)])) as unknown as AugmentationDraws;
}

await describeOnEachBackend("augmentations", (backend) => {
  computeOnTheDevice(backend);

  for (const [i, { name, draws, input, output, weights, gradient }] of references.diffAugment.entries()) {
    it(`${name} does what DiffAugment's does, with the gradient PyTorch gives (${i})`, async () => {
      const [values, slopes] = tf.tidy(() => {
        const x = tensorOf(input);
        const slope = tf.grad((at: Tensor) => tf.sum(tf.mul(applied(name, at, draws), tensorOf(weights))))(x);
        return [applied(name, x, draws), slope];
      });
      close(await values.data(), output.values, 1e-5, name);
      close(await slopes.data(), gradient.values, 1e-5, `gradient of ${name}`);
      tf.dispose([values, slopes]);
    });
  }

  for (const reference of references.ada) {
    it(`does to images what G⁻¹ and C of ADA's appendix do: ${reference.name}`, async () => {
      const { input, output, p, which } = reference;
      const values = tf.tidy(() => augmentImages(tensorOf(input), tf.scalar(p), drawsOf(reference), which));
      assert.deepEqual(values.shape, output.shape);
      close(await values.data(), output.values, 1e-5, reference.name);
      values.dispose();
    });
  }

  it("is differentiable once and twice, by finite differences", async () => {
    const draws = augmentationDraws(fold(key, "gradients"), 3, [4, 4]);
    const p = tf.scalar(0.8);
    const both = {
      name: "everything",
      inputs: [[3, 4, 4, 3]],
      of: (x: Tensor) => {
        const different = cutout(translation(colour(x, colourAmounts(key, 3)), shifts(key, 3, [4, 4])), holes(key, 3, [4, 4]));
        return tf.tanh(tf.add(augmentImages(x, p, draws), different));
      },
    };
    await checkFirstOrder(both, 2e-3);
    await checkSecondOrder(both, 5e-3);
    p.dispose();
  });
});

describe("the draws of augmentations", () => {
  const COUNT = 20_000;
  const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  /** Mean and standard deviation of a sample lie within five standard errors of those of the distribution. */
  const like = (values: ArrayLike<number>, expected: number, deviation: number, what: string): void => {
    const m = mean(values);
    const spread = Math.sqrt(mean(Array.from(values, (value) => (value - m) ** 2)));
    assert.ok(Math.abs(m - expected) < (5 * deviation) / Math.sqrt(COUNT), `${what}: mean ${m}, expected ${expected}`);
    assert.ok(Math.abs(spread - deviation) < (5 * deviation) / Math.sqrt(COUNT), `${what}: deviation ${spread}, expected ${deviation}`);
  };
  const uniformDeviation = (width: number): number => width / Math.sqrt(12);
  /** Each of the values equally often, within five standard errors; no other. */
  const evenly = (values: ArrayLike<number>, expected: readonly number[], what: string): void => {
    const counts = new Map<number, number>();
    for (const value of Array.from(values)) counts.set(value + 0, (counts.get(value + 0) ?? 0) + 1);
    assert.deepEqual([...counts.keys()].sort((a, b) => a - b), expected, what);
    const share = 1 / expected.length;
    const bound = 5 * Math.sqrt(share * (1 - share) * COUNT);
    for (const [value, count] of counts) assert.ok(Math.abs(count - COUNT * share) < bound, `${what}: ${value} came ${count} times`);
  };
  const from = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

  it("are those of DiffAugment's code", () => {
    const amounts = colourAmounts(key, COUNT);
    like(amounts.brightness, 0, uniformDeviation(1), "brightness");
    like(amounts.saturation, 1, uniformDeviation(2), "saturation");
    like(amounts.contrast, 1, uniformDeviation(1), "contrast");
    // 28/8 = 3.5 rounds to 4; 13/8 rounds to 2.
    const moves = shifts(key, COUNT, [28, 13]);
    evenly(moves.down, from(-4, 4), "down");
    evenly(moves.right, from(-2, 2), "right");
    // A hole of 4 in 8 has its middle at 0 … 8; one of 5 in 9 at 0 … 8.
    const cuts = holes(key, COUNT, [8, 9]);
    evenly(cuts.row, from(0, 8), "row");
    evenly(cuts.column, from(0, 8), "column");
  });

  it("are those of ADA's appendix B", () => {
    const draws = augmentationDraws(key, COUNT, [32, 32]);
    evenly(draws.flip.amount, [0, 1], "flip");
    evenly(draws.rotation.amount, from(0, 3), "rotation");
    evenly(draws.lumaFlip.amount, [0, 1], "luma flip");
    like(draws.brightness.amount, 0, 0.2, "brightness");
    like(draws.contrast.amount, 0, 0.5, "contrast");
    like(draws.saturation.amount, 0, 1, "saturation");
    like(draws.hue.amount, 0, uniformDeviation(2 * Math.PI), "hue");
    assert.deepEqual([...new Set(Array.from(draws.down.amount, (value) => value + 0))].sort((a, b) => a - b), from(-4, 4));
    for (const [name, { chance }] of Object.entries(draws)) like(chance, 0.5, uniformDeviation(1), `chance of ${name}`);
    assert.deepEqual(draws.down.chance, draws.right.chance);
    assert.notDeepEqual(draws.flip.chance, draws.rotation.chance);
  });

  it("are one per sample, and a function of the key", () => {
    const [one, same, other] = [colourAmounts(key, 8), colourAmounts(key, 8), colourAmounts(fold(key, 1), 8)];
    assert.deepEqual(one, same);
    assert.notDeepEqual(one, other);
    assert.equal(new Set(one.brightness).size, 8);
  });
});
