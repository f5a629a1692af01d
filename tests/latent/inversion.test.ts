import type { Device } from "../../src/backends/device.ts";
import { openDevice } from "../../src/backends/openDevice.ts";
import { ConfigurationError } from "../../src/configuration/configurationError.ts";
import { compareSpaces, pairLatents } from "../../src/latent/compareSpaces.ts";
import { editImages } from "../../src/latent/editImages.ts";
import { invert } from "../../src/latent/invert.ts";
import { fitLatentMap, latentMapError } from "../../src/latent/latentMap.ts";
import type { LatentModel } from "../../src/latent/latentModel.ts";
import { samplesAt } from "../../src/latent/samplesAt.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { tf } from "../../src/math/tensor.ts";
import { describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { after, assert, before, close, describe, it } from "../kit/kit.ts";
import { latentReferences as references } from "../references/latentReferences.ts";
import { applied, linearModel, linearModelOf } from "./linearModel.ts";

const descent = { restarts: 2, steps: 150, learningRate: 0.3 };

await describeOnEachBackend("inversion", (backend, device) => {
  const model = linearModel(3, [2, 3, 1], 1);
  const latents = normals(rootKey(9), 4 * 3);
  const images = Float32Array.from(applied(model, latents));

  it("finds the latents behind a linear generator's samples, and leaves no tensor behind", async () => {
    const before = device().memory().tensors;
    const found = await invert(model, images, descent);
    close(found.latents, latents, 2e-3, backend);
    assert.ok(found.errors.every((error) => error < 1e-4), `${found.errors}`);
    close(found.losses, found.errors, 1e-6);
    assert.equal(device().memory().tensors, before);
  });

  if (backend === "webgpu") return; // A second for each hundred steps: the first test has the kernels, these the bookkeeping.

  it("gives the same whatever the batches, to rounding", async () => {
    const whole = await invert(model, images, { ...descent, steps: 10 });
    const parts = await invert(model, images, { ...descent, steps: 10, batchSize: 3 });
    close(parts.latents, whole.latents, 1e-4);
  });

  it("edits real images by the direction's own effect", async () => {
    const direction = [0.6, 0, 0.8];
    const { reconstructed, edited } = await editImages(model, images, [{ direction, distance: 2 }, { direction, distance: -1 }], descent);
    const effect = applied(model, direction);
    close(reconstructed.values, images, 6e-3);
    close(edited[0]!.values, images.map((value, i) => value + 2 * effect[i % 6]!), 6e-3);
    close(edited[1]!.values, images.map((value, i) => value - effect[i % 6]!), 6e-3);
  });

  it("makes samples of latents in batches", async () => {
    const before = device().memory().tensors;
    const { count, shape, range, values } = await samplesAt(model, latents, { batchSize: 3 });
    assert.deepEqual({ count, shape, range }, { count: 4, shape: [2, 3, 1], range: [-1, 1] });
    close(values, images, 1e-5);
    assert.equal(device().memory().tensors, before);
    await assert.rejects(samplesAt(model, [1, 2]), ConfigurationError);
  });
});

describe("what inversion looks for", () => {
  let cpu: Device;
  before(async () => { cpu = await openDevice("cpu"); });
  after(() => cpu.close());

  // G(z) = z, so that every minimum is known in closed form.
  const identity = linearModelOf(Float32Array.of(1, 0, 0, 1), 2, [2]);

  it("is drawn to the origin by the prior: z = x / (1 + prior)", async () => {
    const { latents, losses } = await invert(identity, [1, -2], { ...descent, prior: 0.5 });
    close(latents, [1 / 1.5, -2 / 1.5], 1e-3);
    // mean (z − x)² + ½ mean z² at the minimum is ⅓ mean x².
    close(losses, [(1 / 3) * 2.5], 1e-4);
  });

  it("weighs features beside pixels", async () => {
    // The feature is the first coordinate taken for 3 x₀; with a prior on both, z₀ = (1 + 9 w) x₀ / (1 + 9 w + prior).
    const features = (images: import("../../src/math/tensor.ts").Tensor) => tf.mul(tf.slice(images, [0, 0], [-1, 1]), 3);
    const { latents, errors } = await invert(identity, [1, 1], { ...descent, prior: 1, features, featureWeight: 2 });
    // mean over 2 coordinates for pixels and prior, over 1 for the feature: ½ + 2 · 9 against ½.
    close(latents, [18.5 / 19, 0.5], 1e-3);
    close(errors, [((0.5 / 19) ** 2 + 0.25) / 2], 1e-3);
  });

  it("keeps the best of several starts where the loss has two minima", async () => {
    // G(z) = z² + 0.3 z: −1.15 and 0.85 both give 0.9775, but the prior prefers the nearer.
    const bent: LatentModel = { latentSize: 1, shape: [1], generate: (z) => tf.add(tf.square(z), tf.mul(z, 0.3)) };
    const one = await Promise.all(
      Array.from({ length: 6 }, (_, seed) => invert(bent, [0.9775], { ...descent, steps: 60, restarts: 1, prior: 0.01, seed }).then(({ latents }) => Math.sign(latents[0]!))),
    );
    assert.ok(one.includes(-1) && one.includes(1), `all starts end alike: ${one}`);
    const { latents } = await invert(bent, [0.9775], { ...descent, steps: 60, restarts: 12, prior: 0.01 });
    close(latents, [0.85], 0.01);
  });

  it("starts where it is told", async () => {
    const bent: LatentModel = { latentSize: 1, shape: [1], generate: (z) => tf.square(z) };
    const from = (start: number) => invert(bent, [1], { ...descent, restarts: 1, learningRate: 0.05, start: [start] });
    close((await from(-1.5)).latents, [-1], 1e-2);
    close((await from(1.5)).latents, [1], 1e-2);
  });

  it("refuses wrong options, images that do not fit, and losses that are never finite", async () => {
    await assert.rejects(invert(identity, [1, 2], { steps: 0, restart: 2 } as never), /restart: unknown option.*\n.*steps: expected an integer > 0/);
    await assert.rejects(invert(identity, [1, 2, 3]), /images: expected rows of 2 numbers/);
    await assert.rejects(invert(identity, [1, 2], { start: [1] }), /start: expected 2 numbers/);
    await assert.rejects(invert(identity, [Number.NaN, 2], { steps: 2 }), /no start of image 0 ended in a finite loss/);
  });

  it("pairs the latents of two models that show the same, and refuses models of other samples", async () => {
    const [first, second] = [linearModel(3, [6], 1), linearModel(3, [6], 1)];
    const latents = normals(rootKey(4), 6);
    const { count, to, errors } = await pairLatents(first, second, latents, descent);
    assert.equal(count, 2);
    close(to, latents, 2e-3);
    assert.ok(errors.every((error) => error < 1e-4));
    await assert.rejects(pairLatents(first, linearModel(3, [5], 1), latents), /to: expected a model of samples \[6\], got \[5\]/);
  });
});

describe("maps between latent spaces", () => {
  for (const { count, held, ridge, from, to, matrix, offset, error } of references.maps) {
    it(`are scikit-learn's regression, of ${count} pairs with ridge ${ridge}`, () => {
      const [inputs, outputs] = [from.length / (count + held), to.length / (count + held)];
      const found = fitLatentMap({ count, from: from.slice(0, count * inputs), to: to.slice(0, count * outputs) }, { ridge });
      close(found.matrix, matrix, 1e-9);
      close(found.offset, offset, 1e-9);
      close(latentMapError(found, { count: held, from: from.slice(count * inputs), to: to.slice(count * outputs) }), error, 1e-6);
    });
  }

  it("lead from one linear generator to another exactly once the support set spans the space; shuffled pairs never do", () => {
    // G_A(z) = z M K and G_B(z) = z K show the same at z and z M.
    const link = linearModel(6, [6], 2);
    const from = normals(rootKey(5), 80 * 6);
    const pairs = { count: 80, from, to: applied(link, from) };
    const [few, enough, many] = compareSpaces(pairs, { supports: [4, 7, 40], heldOut: 40, ridge: 1e-9 });
    assert.ok(few!.error > 0.05, `of 4 pairs: ${few!.error}`);
    assert.ok(enough!.error < 1e-6, `of 7 pairs: ${enough!.error}`);
    assert.ok(many!.error < 1e-8, `of 40 pairs: ${many!.error}`);
    close(many!.map.matrix, Float64Array.from({ length: 36 }, (_, i) => link.kernel[(i % 6) * 6 + Math.floor(i / 6)]!), 1e-5);
    for (const { shuffledError } of [few!, enough!, many!]) assert.ok(shuffledError > 0.8, `shuffled: ${shuffledError}`);
  });

  it("refuse more pairs than there are", () => {
    const pairs = { count: 4, from: [1, 2, 3, 4], to: [1, 2, 3, 4] };
    assert.throws(() => compareSpaces(pairs, { supports: [2, 3], heldOut: 2 }), /supports: expected at most 2 .* got 3/);
  });
});
