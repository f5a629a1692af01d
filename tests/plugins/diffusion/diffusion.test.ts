import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ddim, ddpm, denoisingTerm, diffusion, mlpDenoiser, timesOf, type DiffusionOptions } from "../../../plugins/diffusion/diffusion.ts";
import {
  adam, array, averageWeights, ConfigurationError, definePlugin, dense, diffAugment, drawSamples, flatten, folder, game, generate, mixture, modeCoverage, rootKey, step, tf, train$,
  trainUnordered$, unet, withSampler, type Game, type NetworkFactory, type SamplesDrawn,
} from "../../../src/index.ts";
import { describePlugin, type CaseRun } from "../../contracts/describePlugin.ts";
import { eventsOf } from "../../contracts/eventsOf.ts";
import { after, assert, before, close, describe, it } from "../../kit/kit.ts";

let root: string;
before(async () => { root = await mkdtemp(join(tmpdir(), "saddlepoint-")); });
after(() => rm(root, { recursive: true }));

/** Sixteen images of 4 x 4 pixels in two classes. */
const images = array({
  samples: Float32Array.from({ length: 16 * 16 }, (_, i) => Math.cos(i)),
  shape: [4, 4, 1],
  range: [-1, 1],
  labels: Int32Array.from({ length: 16 }, (_, i) => i % 2),
  classes: 2,
  batchSize: 4,
});
const imageGame = (run: Partial<CaseRun> & { readonly rounds: number }): Game<"samples" | "labels"> => game({ sources: { data: images }, seed: 3, ...run });
const network = unet({ widths: [4, 4], groups: 2 });
const sampler = ddim({ steps: 3 });

await describePlugin("diffusion", {
  rounds: 4,
  stops: [1, 3],
  train: (run) =>
    train$(imageGame(run), diffusion({ network, sampler }), step("denoising"), averageWeights({ network: "denoiser", halfLife: 2 }), drawSamples({ network: "denoiser", every: 2, count: 3 })),
});
await describePlugin("diffusion with labels and guidance, two batches a round", {
  rounds: 4,
  stops: [2],
  train: (run) =>
    train$(imageGame(run), diffusion({ network: mlpDenoiser({ widths: [8, 8] }), sampler: ddpm({ steps: 3, guidance: 2 }), labels: { dropRate: 0.5 } }), step("denoising", { accumulate: 2 }), drawSamples({ network: "denoiser", every: 2, count: 3 })),
});

describe("diffusion", () => {
  it("measures the mean square of what the prediction misses: at first, of x₀ = 0, (1 − (1 − α)) ε", async () => {
    const data = array({ samples: new Float32Array(256 * 16), shape: [4, 4, 1], batchSize: 256 });
    const events = await eventsOf(train$(game({ sources: { data }, rounds: 1, backend: "cpu" }), diffusion({ network }), step("denoising")));
    const loss = events.flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics["loss/denoising"]!] : []))[0]!;
    // α² ε², and α = cos² of an angle that is even over [0, π/2]: its square has mean 3/8. Of 256 angles, evenly spread.
    close(loss, 3 / 8, 5 * Math.sqrt(2 / 4096) * Math.sqrt(35 / 128) + 0.01);
  });

  it("measures what the velocity misses where told: at first v = √α ε itself, and finite where α is almost 0", async () => {
    const data = array({ samples: new Float32Array(256 * 16), shape: [4, 4, 1], batchSize: 256 });
    const events = await eventsOf(train$(game({ sources: { data }, rounds: 1, backend: "cpu" }), diffusion({ network, loss: "velocity" }), step("denoising")));
    const loss = events.flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics["loss/denoising"]!] : []))[0]!;
    // α ε², and α = cos² of an angle that is even over [0, π/2] has mean 1/2 and mean square 3/8.
    close(loss, 1 / 2, 5 * Math.sqrt(2 / 4096) * Math.sqrt(3 / 8) + 0.01);
    assert.throws(() => diffusion({ network, loss: "samples" as never }), /diffusion: loss: expected/);
  });

  it("shows the denoiser x_t with the α_t it was made with, and drops labels at the rate that was asked for", async () => {
    const shown: { readonly alpha: number; readonly second: number; readonly label: number }[] = [];
    const count = 4096;
    tf.tidy(() => {
      denoisingTerm({ labels: { dropRate: 0.25 } }).of({
        key: [1, 2],
        drawn: () => ({ samples: tf.zeros([count, 4]), labels: tf.fill([count], 6, "int32") }),
        forward: (_: string, { samples, alpha, labels }: Record<string, tf.Tensor>) => {
          const [rates, squares, asked] = [alpha!.dataSync(), tf.mean(tf.square(samples!), 1).dataSync(), labels!.dataSync()];
          for (let i = 0; i < count; i++) shown.push({ alpha: rates[i]!, second: squares[i]!, label: asked[i]! });
          return { heads: { noise: samples! } };
        },
      } as never);
    });
    // Of x₀ = 0, x_t is √(1 − α) ε: its square over 1 − α has mean 1, each with standard error √(2 / 4).
    close(shown.reduce((sum, { alpha, second }) => sum + second / (1 - alpha), 0) / count, 1, 5 * Math.sqrt(0.5 / count));
    // The cosine schedule's mean signal rate is ½, and cos² of a uniform angle has variance 1/8.
    close(shown.reduce((sum, { alpha }) => sum + alpha, 0) / count, 0.5, 5 * Math.sqrt(0.125 / count) + 0.01);
    assert.ok(shown.every(({ label }) => label === 6 || label === -1));
    close(shown.filter(({ label }) => label === -1).length / count, 0.25, 5 * Math.sqrt((0.25 * 0.75) / count));
  });

  it("draws each step uniformly, and the steps of one batch evenly spread over all of them", () => {
    const all = Array.from({ length: 2000 }, (_, seed) => timesOf(rootKey(seed), 4, 10));
    for (const times of all) {
      assert.ok(times.every((t) => Number.isInteger(t) && t >= 1 && t <= 10));
      times.forEach((t, i) => i > 0 && assert.ok([2, 3].includes(t - times[i - 1]!), `${times}`));
    }
    for (let t = 1; t <= 10; t++) {
      const share = all.flat().filter((one) => one === t).length / 8000;
      // Two thousand independent offsets, each of which meets a step with probability 0.4.
      close(share, 0.1, 5 * Math.sqrt((0.4 * 0.6) / 2000) / 4);
    }
  });

  it("learns three modes in the plane, and draws all of them", async () => {
    const data = mixture([[-1, 0], [1, 0], [0, 1.5]], { batchSize: 128, deviation: 0.1 });
    const events = await eventsOf(
      train$(
        game({ sources: { data }, rounds: 150, backend: "wasm", seed: 1 }),
        diffusion({ network: mlpDenoiser({ widths: [32, 32, 32] }), optimizer: adam({ learningRate: 1e-2 }), sampler: ddim({ steps: 20 }) }),
        step("denoising"),
        averageWeights({ network: "denoiser", halfLife: 30 }),
        drawSamples({ network: "denoiser", every: 150, count: 500 }),
      ),
    );
    const { values } = events.find((event): event is SamplesDrawn => event._tag === "SamplesDrawn")!;
    const { coveredByMass, highQuality } = modeCoverage(values, data);
    assert.equal(coveredByMass, 3);
    assert.ok(highQuality > 0.5, `${highQuality} of the points are near a mode`);
  });

  it("generates from a checkpoint by the sampler that is given, from averaged weights, as a function of the seed", async () => {
    const path = join(root, "run");
    const events = await eventsOf(
      train$(imageGame({ rounds: 2, backend: "cpu", checkpoints: folder(path, { every: 2 }) }), diffusion({ network, sampler }), step("denoising"), averageWeights({ network: "denoiser" }), drawSamples({ network: "denoiser", every: 2, count: 3 })),
    );
    const drawn = events.find((event): event is SamplesDrawn => event._tag === "SamplesDrawn")!;
    assert.deepEqual([drawn.network, drawn.weights, [...drawn.shape], drawn.range], ["denoiser", "averaged", [4, 4, 1], [-1, 1]]);
    const options = { checkpoint: path, network: "denoiser", backend: "cpu" } as const;
    const before = tf.memory().numTensors;
    const made = await generate({ ...options, count: 70, sampler, seed: 4 });
    assert.deepEqual([made.weights, made.count, [...made.shape], made.range], ["averaged", 70, [4, 4, 1], [-1, 1]]);
    assert.ok(made.values.every((value) => Math.abs(value) <= 1));
    close((await generate({ ...options, count: 66, sampler, seed: 4 })).values, made.values.slice(0, 66 * 16), 1e-5);
    assert.notDeepEqual((await generate({ ...options, count: 70, sampler, seed: 5 })).values, made.values);
    assert.equal(tf.memory().numTensors, before);
    await assert.rejects(generate({ ...options, count: 1 }), /generate: sampler: expected the sampler to draw by, such as ddim/);
    await assert.rejects(generate({ ...options, count: 1, sampler, head: "noises" }), /generate: head: expected one of/);
  });

  it("by DDIM makes of the same noise nearly the same image in 10, 20 and 40 steps, the nearer the more, and of other noise another", async () => {
    const path = join(root, "steps");
    await eventsOf(
      train$(imageGame({ rounds: 60, backend: "cpu", checkpoints: folder(path, { every: 60 }) }), diffusion({ network, optimizer: adam({ learningRate: 5e-3 }) }), step("denoising"), averageWeights({ network: "denoiser", halfLife: 20 })),
    );
    const at = async (steps: number, seed: number) => (await generate({ checkpoint: path, network: "denoiser", backend: "cpu", count: 16, sampler: ddim({ steps }), seed })).values;
    const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number => Math.sqrt(Array.from(a).reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length);
    const [few, some, many, other] = [await at(10, 1), await at(20, 1), await at(40, 1), await at(40, 2)];
    const byNoise = apart(many, other);
    assert.ok(byNoise > 0.3, `by noise ${byNoise}`);
    assert.ok(apart(few, many) < 0.15 * byNoise, `10 steps: ${apart(few, many)}, by noise ${byNoise}`);
    assert.ok(apart(some, many) < 0.7 * apart(few, many), `20 steps: ${apart(some, many)}, 10 steps: ${apart(few, many)}`);
  });

  it("goes on with another sampler from where it stopped, since drawing is not training", async () => {
    const path = join(root, "samplers");
    const run = (rounds: number, other: DiffusionOptions["sampler"]) =>
      eventsOf(train$(imageGame({ rounds, backend: "cpu", checkpoints: folder(path, { every: 1 }) }), diffusion({ network, sampler: other! }), step("denoising")));
    await run(1, ddim({ steps: 2 }));
    const events = await run(2, ddpm({ steps: 9 }));
    assert.ok(events.some((event) => event._tag === "RunStarted" && event.resumedFrom !== undefined));
  });

  it("is refused before the first round where something is missing, with a sentence that says what", () => {
    const unlabelled = game({ sources: { data: array({ samples: new Float32Array(64), shape: [4, 4, 1], batchSize: 4 }) }, rounds: 1 });
    const missing = (error: unknown): boolean => error instanceof ConfigurationError && /diffusion needs labels, which neither the data nor a plugin before it provides/.test(error.message);
    // @ts-expect-error -- the data have no labels
    assert.throws(() => train$(unlabelled, diffusion({ network, labels: {} }), step("denoising")), missing);
    assert.throws(() => trainUnordered$(game({ sources: {}, rounds: 1 }), [diffusion({ network })]), /diffusion: no source is named "data"; there are none/);
    assert.throws(() => trainUnordered$(imageGame({ rounds: 1 }), [diffusion({ network }), diffusion({ network })]), /there is a network named "denoiser" already/);
    assert.throws(() => trainUnordered$(imageGame({ rounds: 1 }), []), /turns: expected at least one, the game's own or a plugin's, got none/);
    assert.throws(() => diffusion({ network, labels: { dropRate: 1 } }), /diffusion: labels\.dropRate: expected a number >= 0 and < 1, got 1/);
    assert.throws(() => diffusion({ network, labels: true as never }), /diffusion: labels: expected an object with dropRate, got true/);
    assert.throws(() => diffusion({ netwrok: network } as never), ConfigurationError);
    assert.throws(() => mlpDenoiser({ width: [8] } as never), /mlpDenoiser: width: unknown option; did you mean "widths"\?/);
  });

  it("refuses guidance where there is nothing to guide by: no labels, or none that are dropped; in training and of a checkpoint", async () => {
    const isRefused = (reason: RegExp) => (error: unknown): boolean => error instanceof ConfigurationError && error.owner === "ddim" && reason.test(error.message);
    const guided = ddim({ steps: 2, guidance: 7 });
    const cases = [
      { name: "unlabelled", options: {}, refused: isRefused(/guidance: expected 1, none, of a denoiser that is trained without labels, got 7/) },
      { name: "undropped", options: { labels: { dropRate: 0 } }, refused: isRefused(/guidance: expected 1, none, of a denoiser that always sees its labels, got 7/) },
    ] as const;
    for (const { name, options, refused } of cases) {
      assert.throws(() => diffusion({ network, sampler: guided, ...options }), refused);
      const swapped = definePlugin("swapped", (round$) => round$, { assemble: (blueprint) => withSampler(blueprint, "denoiser", guided) });
      assert.throws(() => trainUnordered$(imageGame({ rounds: 1 }), [diffusion({ network, ...options }), swapped, step("denoising")]), refused);
      const checkpoint = join(root, name);
      await eventsOf(trainUnordered$(imageGame({ rounds: 1, backend: "cpu", checkpoints: folder(checkpoint, { every: 1 }) }), [diffusion({ network, ...options }), step("denoising")]));
      const asked = { checkpoint, network: "denoiser", count: 1, backend: "cpu" } as const;
      await assert.rejects(generate({ ...asked, sampler: guided }), refused);
      await assert.rejects(generate({ ...asked, sampler: { ...guided, steps: 1 } }), refused);
      assert.equal((await generate({ ...asked, sampler })).count, 1);
    }
    diffusion({ network, sampler: guided, labels: {} });
  });

  it("refuses, before the first round, a denoiser whose noise has not the samples' shape, which would broadcast", async () => {
    const saying = (head: string, units: number) => ({ spec: { name: "flat" }, plan: () => ({ inputs: [{ field: "samples" }], trunk: [flatten()], heads: { [head]: [dense({ units })] } }) });
    const playing = (network: NetworkFactory) => eventsOf(train$(imageGame({ rounds: 1, backend: "cpu" }), diffusion({ network }), step("denoising")));
    const isRefused = (got: string) => (error: unknown): boolean =>
      error instanceof ConfigurationError && error.message === `diffusion: network: expected a head "noise" of the samples' shape [4, 4, 1], got ${got}`;
    await assert.rejects(playing(saying("noise", 5)), isRefused("[5]"));
    await assert.rejects(playing(saying("noise", 4)), isRefused("[4]"));
    await assert.rejects(playing(saying("velocity", 16)), isRefused("velocity"));
  });

  it("refuses views, which no discriminator would look through", () => {
    assert.throws(() => train$(imageGame({ rounds: 1 }), diffusion({ network }), diffAugment({ policies: ["colour"] }), step("denoising")), (error) =>
      error instanceof ConfigurationError && /views\[0\]: expected a discriminator for "diffAugment" to stand before, got none: a view that reaches no discriminator changes nothing/.test(error.message));
  });
});
