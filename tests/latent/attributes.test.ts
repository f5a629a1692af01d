import { ConfigurationError } from "../../src/configuration/configurationError.ts";
import { area } from "../../src/latent/area.ts";
import { directionEffects, distanceForGain, effectOn } from "../../src/latent/directionEffects.ts";
import { hue } from "../../src/latent/hue.ts";
import { attributeChange, attributeValues, type ImageAttribute } from "../../src/latent/imageAttribute.ts";
import type { LatentModel } from "../../src/latent/latentModel.ts";
import { samplesAt } from "../../src/latent/samplesAt.ts";
import { slant } from "../../src/latent/slant.ts";
import { strokeWidth } from "../../src/latent/strokeWidth.ts";
import { walkAttribute } from "../../src/latent/walkAttribute.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { type Tensor, tf } from "../../src/math/tensor.ts";
import { describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { linearModelOf } from "./linearModel.ts";

/** A grey picture of 28 pixels from its ink, 0 … 1, in [-1, 1]; upside down in value for a white background. */
function picture(ink: (x: number, y: number) => number, background: "black" | "white" = "black"): Float32Array {
  return Float32Array.from({ length: 784 }, (_, i) => (background === "black" ? 1 : -1) * (2 * ink(i % 28, Math.floor(i / 28)) - 1));
}
const samples = (...images: Float32Array[]) => ({ count: images.length, shape: [28, 28, 1], range: [-1, 1] as const, values: Float32Array.from(images.flatMap((image) => [...image])) });
const of = (attribute: ImageAttribute, ...images: Float32Array[]): Float64Array => attributeValues(attribute, samples(...images));

/** A bar about the middle, `width` by 16 pixels, that leans by `shear` pixels to the right for each pixel upwards; its edges are covered in part. */
function bar(width: number, shear: number): (x: number, y: number) => number {
  return (x, y) => {
    if (y < 6 || y >= 22) return 0;
    const middle = 14 + shear * (14 - (y + 0.5));
    const covered = Math.min(x + 1, middle + width / 2) - Math.max(x, middle - width / 2);
    return Math.min(1, Math.max(0, covered));
  };
}

describe("slant", () => {
  it("is the shear of a sheared bar", () => {
    for (const shear of [-0.5, -0.2, 0, 0.3, 0.6]) close(of(slant(), picture(bar(4, shear))), [shear], 1e-6, `shear ${shear}`);
  });

  it("does not depend on place, strength or background, and is 0 of an empty image", () => {
    const moved = (x: number, y: number): number => 0.5 * bar(4, 0.4)(x - 3, y + 2);
    close(of(slant(), picture(moved)), [0.4], 1e-5);
    close(of(slant({ background: "white" }), picture(bar(4, 0.4), "white")), [0.4], 1e-6);
    close(of(slant(), picture(() => 0)), [0], 0);
  });
});

describe("strokeWidth", () => {
  it("is the width of an upright bar, which the corners make a little short in perimeter", () => {
    for (const width of [2, 4, 6]) {
      const [found] = of(strokeWidth(), picture(bar(width, 0)));
      // Each of four corners is √½ in the place of 1.
      const perimeter = 2 * (width + 16) - 4 * (1 - Math.SQRT1_2);
      const expected = (perimeter / 2 - Math.sqrt(perimeter ** 2 / 4 - 4 * 16 * width)) / 2;
      close(found!, expected, 0.02, `${width}`);
      close(found!, width, 0.08, `${width}`);
    }
  });

  it("is the same of a leaning bar and of a bent one", () => {
    const across = 4 / Math.cos(Math.atan(0.5));
    close(of(strokeWidth(), picture(bar(across, 0.5))), [4], 0.1);
    // A quarter of a ring, of width 4.
    const ring = (x: number, y: number): number => {
      const radius = Math.hypot(x + 0.5 - 4, y + 0.5 - 4);
      return x < 4 || y < 4 ? 0 : Math.min(1, Math.max(0, radius - 13.5)) * Math.min(1, Math.max(0, 18.5 - radius));
    };
    close(of(strokeWidth(), picture(ring)), [4], 0.1);
  });

  it("is a quarter of the perimeter of what is rounder than any rectangle, and 0 of an empty image", () => {
    const disc = (x: number, y: number): number => Math.min(1, Math.max(0, 8.5 - Math.hypot(x + 0.5 - 14, y + 0.5 - 14)));
    close(of(strokeWidth(), picture(disc)), [(2 * Math.PI * 8) / 4], 0.05);
    close(of(strokeWidth(), picture(() => 0)), [0], 0);
  });
});

describe("area", () => {
  it("is the share that is covered, on black and on white", () => {
    close(of(area(), picture(bar(4, 0.3)), picture(() => 0), picture(() => 0.5)), [64 / 784, 0, 0.5], 1e-6);
    close(of(area({ background: "white" }), picture(bar(4, 0), "white")), [64 / 784], 1e-6);
  });

  it("takes a colour for covered by its channel that is furthest from the background", () => {
    const values = Float32Array.of(1, 1, 1, /* yellow */ 1, 1, -1, /* pale */ 1, 0.5, 1, 1, 1, 1);
    close(attributeValues(area({ background: "white" }), { count: 1, shape: [2, 2, 3], range: [-1, 1], values }), [(1 + 0.25) / 4], 1e-7);
  });
});

describe("hue", () => {
  const flat = (...colours: readonly (readonly number[])[]): Float64Array =>
    attributeValues(hue(), { count: colours.length, shape: [1, 1, 3], range: [0, 1], values: Float32Array.from(colours.flat()) });

  it("is the colour wheel's angle", () => {
    close(flat([1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 1, 1], [0, 0, 1], [1, 0, 1]), [0, 60, 120, 180, 240, 300], 1e-4);
    close(flat([0.4, 0.4, 0.4]), [0], 0);
  });

  it("counts a pixel by its chroma, and grey ones not at all", () => {
    const values = Float32Array.of(1, 0, 0, 0, 1, 0, 1, 1, 1, 0.2, 0.2, 0.2);
    close(attributeValues(hue(), { count: 1, shape: [2, 2, 3], range: [0, 1], values }), [60], 1e-4);
  });

  it("changes the short way round", () => {
    assert.deepEqual([[350, 10], [10, 350], [0, 90], [270, 0]].map(([from, to]) => attributeChange(hue(), from!, to!)), [20, -20, 90, 90]);
  });

  it("refuses greys", () => {
    assert.throws(() => of(hue(), picture(() => 0)), ConfigurationError);
  });
});

/** An attribute that is one pixel: of a linear model its slopes are known. */
const pixel = (index: number): ImageAttribute => ({ name: `pixel ${index}`, of: ({ values }) => values[index]! });

describe("effectOn", () => {
  it("counts changes in deviations of the samples before", () => {
    const images = (...values: number[]) => ({ count: values.length, shape: [1, 1, 1], values: Float32Array.from(values) });
    const { gain, absolute, deviation } = effectOn(pixel(0), images(-1, 1, -1, 1), images(1, 1, -1, -1));
    close([gain, absolute, deviation], [0, 1, 1], 1e-12);
    assert.throws(() => effectOn(pixel(0), images(1, 1), images(0, 0)), /expected samples that differ in pixel 0/);
  });
});

await describeOnEachBackend("directions on a linear model", (backend) => {
  // Pixels (z₀, z₀ + z₁, z₂): the first two are entangled.
  const model = linearModelOf(Float32Array.of(1, 1, 0, 0, 1, 0, 0, 0, 1), 3, [1, 3, 1]);
  const attributes = [pixel(0), pixel(1), pixel(2)];
  const latents = normals(rootKey(1), 50 * 3);

  it("have their exact effect", async () => {
    const effects = await directionEffects(model, latents, [1, 0, 0], 1.5, attributes);
    close(effects.map(({ gain, deviation }) => gain * deviation), [1.5, 1.5, 0], 1e-5);
    close(effects.map(({ absolute, deviation }) => absolute * deviation), [1.5, 1.5, 0], 1e-5);
  });

  if (backend !== "cpu") return;

  it("are gone along as far as a gain asks for", async () => {
    const [effect] = await directionEffects(model, latents, [1, 0, 0], 1, [pixel(0)]);
    const distance = await distanceForGain(model, latents, [1, 0, 0], pixel(0), 2);
    close(distance, 2 * effect!.deviation, 2e-3);
    await assert.rejects(distanceForGain(model, latents, [0, 0, 1], pixel(0), 1), RangeError);
  });

  it("are walked with others held: the target changes by what was asked, the held attribute not at all", async () => {
    const change = (walked: Float32Array, axis: (z: readonly number[]) => number): number[] =>
      Array.from({ length: 50 }, (_, row) => axis([...walked.subarray(row * 3, row * 3 + 3)]) - axis([...latents.subarray(row * 3, row * 3 + 3)]));
    const free = await walkAttribute(model, latents, { target: pixel(0), change: 0.8 });
    // The slope of the target alone is z₀: the entangled pixel goes with it.
    close(change(free, ([a]) => a!), new Float64Array(50).fill(0.8), 2e-3);
    close(change(free, ([, b]) => b!), new Float64Array(50), 1e-4);
    const held = await walkAttribute(model, latents, { target: pixel(0), change: 0.8, held: [pixel(1)] });
    close(change(held, ([a]) => a!), new Float64Array(50).fill(0.8), 1e-2);
    close(change(held, ([a, b]) => a! + b!), new Float64Array(50), 1e-2);
    close(change(held, ([, , c]) => c!), new Float64Array(50), 1e-4);
  });

  it("on a generator that bends change a held attribute by less than half of what is free, at the same gain", async () => {
    // The second pixel goes with the first by another amount, of another sign, everywhere.
    const bent: LatentModel = {
      latentSize: 3,
      shape: [1, 3, 1],
      generate: (z) => {
        const [a, b, c] = tf.split(z, 3, 1) as [Tensor, Tensor, Tensor];
        return tf.reshape(tf.concat([tf.add(a, tf.mul(0.3, tf.square(c))), tf.add(b, tf.sin(tf.mul(2, a))), c], 1), [-1, 1, 3, 1]);
      },
    };
    const before = await samplesAt(bent, latents);
    const effects = async (held: readonly ImageAttribute[]) => {
      const after = await samplesAt(bent, await walkAttribute(bent, latents, { target: pixel(0), change: 1, held }));
      return [effectOn(pixel(0), before, after), effectOn(pixel(1), before, after)] as const;
    };
    const [[freeGain, free], [heldGain, kept]] = [await effects([]), await effects([pixel(1)])];
    close(heldGain.gain, freeGain.gain, 0.01 * freeGain.gain);
    assert.ok(free.absolute > 0.3 && kept.absolute < 0.1 * free.absolute, `${free.absolute} and ${kept.absolute}`);
  });

  it("take no step longer than is allowed", async () => {
    const walked = await walkAttribute(model, latents, { target: pixel(2), change: 100, steps: 3, maximumStep: 0.5 });
    close(walked.filter((_, i) => i % 3 === 2), latents.filter((_, i) => i % 3 === 2).map((value) => value + 1.5), 1e-3);
  });
});
