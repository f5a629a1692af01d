import { acgan } from "../../../plugins/acgan/acgan.ts";
import { conditional } from "../../../plugins/conditional/conditional.ts";
import {
  adam, array, averageWeights, classAccuracy, classCrossEntropy, ConfigurationError, dcgan, digits, discriminatorStep, drawSamples, fold, folder, gan, gaussian, generatorStep, hinge, mixture,
  nonSaturating, packing, r1, rootKey, tf, train$, trainGAN$, trainUnordered$, uniforms,
} from "../../../src/index.ts";
import { describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { describePlugin, type CaseRun } from "../../contracts/describePlugin.ts";
import { eventsOf } from "../../contracts/eventsOf.ts";
import { ringGame } from "../../grammar/ringGame.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";
import { assembled, digitGame } from "../../stabilisers/digitGame.ts";

await describeOnEachBackend("the class terms", () => {
  const labels = [2, 0, 1];
  const logits = [[1, 2, 3], [0, 0, 0], [-1, 4, 0.5]];
  // The definition, written out: −mean log (e^l[y] / Σ e^l).
  const softmax = (row: readonly number[]): number[] => row.map((l) => Math.exp(l) / row.reduce((sum, other) => sum + Math.exp(other), 0));

  it("are the cross-entropy, and its gradient softmax minus indicator", async () => {
    const y = tf.tensor1d(labels, "int32");
    const z = tf.tensor2d(logits);
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => classCrossEntropy(y, x) as tf.Scalar)(z);
    close(await value.data(), [-logits.reduce((sum, row, i) => sum + Math.log(softmax(row)[labels[i]!]!), 0) / 3], 1e-5);
    close(await grad.data(), logits.flatMap((row, i) => softmax(row).map((p, k) => (p - (k === labels[i] ? 1 : 0)) / 3)), 1e-5);
    tf.dispose([y, z, value, grad]);
  });

  it("count a sample as right where its likeliest class is its label", async () => {
    const accuracy = tf.tidy(() => classAccuracy(tf.tensor1d([2, 1, 1], "int32"), tf.tensor2d([[1, 2, 3], [3, 0, 0], [-1, 4, 0.5]])));
    close(await accuracy.data(), [2 / 3], 1e-6);
    accuracy.dispose();
  });
});

describe("acgan", () => {
  it("adds a term of its weight to each player: both sides for the discriminator, generated samples for the generator", () => {
    const terms = assembled(acgan({ weight: 0.5 })).terms.filter(({ name }) => name.startsWith("classes/"));
    assert.deepEqual(terms.map(({ name, turn, weight }) => [name, turn, weight]), [
      ["classes/discriminator/real", "discriminator", 0.5],
      ["classes/discriminator/fake", "discriminator", 0.5],
      ["classes/generator/fake", "generator", 0.5],
    ]);
    const held = assembled(acgan({ learnsFromGenerated: false })).terms.map(({ name }) => name);
    assert.ok(held.includes("classes/generator/fake") && !held.includes("classes/discriminator/fake"));
  });

  it("takes its classes from the data, and leaves them as measures", async () => {
    const events = await eventsOf(train$(digitGame({ rounds: 2, backend: "cpu" }), acgan(), discriminatorStep(), generatorStep()));
    const [started] = events.filter((event) => event._tag === "RunStarted");
    const shapes = (started!.configuration as { networks: Record<string, { options: { heads: Record<string, { options: { units?: number } }[]> } }> }).networks["discriminator"]!.options;
    assert.equal(shapes.heads["classes"]!.at(-1)!.options.units, 10);
    const played = events.filter((event) => event._tag === "RoundPlayed").at(-1)!;
    for (const side of ["real", "fake"]) assert.ok(played.metrics[`classAccuracy/${side}`]! >= 0 && played.metrics[`classAccuracy/${side}`]! <= 1, side);
  });

  it("compiles, assembles and plays as the design's opening example has it", async () => {
    const make = () =>
      trainGAN$({
        data: digits({ batchSize: 64 }),
        noise: gaussian(64),
        networks: dcgan(),
        objective: nonSaturating(),
        optimizers: adam({ learningRate: 2e-4, beta1: 0.5 }),
        plugins: [acgan()],
        checkpoints: folder("runs/digits", { every: 500, keep: 3 }),
        samples: { every: 250 },
        rounds: 5_000, seed: 1,
      });
    assert.doesNotThrow(make);
    const small = trainGAN$({
      data: digits({ batchSize: 4 }), noise: gaussian(4), networks: dcgan({ generator: { width: 2 }, discriminator: { width: 2 } }), objective: nonSaturating(),
      optimizers: adam({ learningRate: 2e-4, beta1: 0.5 }), plugins: [acgan()], samples: { every: 1, count: 10, given: { labels: [7, 1] } }, rounds: 1, backend: "wasm",
    });
    const drawn = (await eventsOf(small)).find((event) => event._tag === "SamplesDrawn")!;
    assert.deepEqual([...drawn.labels!], [7, 1, 7, 1, 7, 1, 7, 1, 7, 1]);
  });

  it("does not compile without labels, and from JavaScript is an error that says so", () => {
    const bare = { data: array({ samples: new Float32Array(32), shape: [2], batchSize: 4 }), noise: gaussian(2), objective: hinge(), networks: dcgan(), optimizers: adam({ learningRate: 1e-3 }), rounds: 1 };
    const message = /acgan needs labels, which neither the data nor a plugin before it provides/;
    assert.throws(
      // @ts-expect-error -- the data have no labels
      () => trainGAN$({ ...bare, plugins: [acgan()] }),
      (error) => error instanceof ConfigurationError && message.test(error.message),
    );
    assert.throws(() => trainUnordered$(gan(bare), [acgan()]), message);
  });

  it("refuses, before the first round, a head for packs and labels of one class", async () => {
    await assert.rejects(eventsOf(train$(digitGame({ rounds: 1, backend: "cpu" }), acgan(), packing({ size: 2 }), discriminatorStep(), generatorStep())), (error) =>
      error instanceof ConfigurationError && /one label per logit, got 2: .* leave packing out/.test(error.message));
    const game = ringGame({ rounds: 1, backend: "cpu" });
    const oneClass = { ...game, sources: { ...game.sources, data: mixture([[0, 1]], { batchSize: 8, deviation: 0.1 }) } };
    await assert.rejects(eventsOf(train$(oneClass, acgan(), discriminatorStep(), generatorStep())), (error) =>
      error instanceof ConfigurationError && /acgan: labels: expected labels of at least 2 classes, got 1/.test(error.message));
    assert.throws(() => acgan({ wieght: 1 } as never), /wieght: unknown option; did you mean "weight"/);
    assert.throws(() => acgan({ weight: 0 }), /weight: expected a number > 0, got 0/);
  });

  it("leaves a generator alone that reads labels already", () => {
    const game = assembled(acgan(), assembled(conditional({ generator: "batchNorm", discriminator: "none" })));
    assert.deepEqual(game.latents["generator"], ["noise", "labels"]);
    assert.deepEqual(game.networks["generator"]!.edits.map(({ spec }) => spec.name), ["conditionalBatchNorm"]);
  });
});

/** Images with labels, and a discriminator without batch norm, as a gradient penalty needs it. */
function penalisedGame(run: CaseRun) {
  const images = uniforms(fold(rootKey(3), "images"), 8 * 64, -1, 1);
  return gan({
    data: array({ samples: images, labels: Int32Array.from([0, 1, 2, 0, 1, 2, 0, 1]), shape: [8, 8, 1], range: [-1, 1], batchSize: 4 }),
    noise: gaussian(3),
    networks: dcgan({ generator: { widths: [4] }, discriminator: { widths: [4], batchNorm: false } }),
    objective: nonSaturating(),
    optimizers: adam({ learningRate: 1e-3, beta1: 0.5 }),
    ...run,
  });
}

await describePlugin("acgan on points", {
  rounds: 4,
  stops: [1, 3],
  train: (run) => train$(ringGame(run), acgan(), discriminatorStep(), generatorStep()),
});

await describePlugin("acgan on images, with conditional batch norm, R1 and averaged weights", {
  rounds: 3,
  stops: [1],
  train: (run) =>
    train$(penalisedGame(run), conditional({ generator: "batchNorm", discriminator: "none" }), acgan({ draw: "uniform" }), r1(), discriminatorStep(), generatorStep(), averageWeights(), drawSamples({ every: 2, count: 4 })),
});
