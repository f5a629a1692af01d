import {
  adam, array, autoencoder, autoencoding, categorical, ConfigurationError, discriminatorStep, drawSamples, energyBased, folder, gan, gaussian, generate, generatorStep, mixture, mlp, nonSaturating, r1, step,
  swissRoll, train$, trainUnordered$, type AnyPlugin, type Game, type SamplesDrawn, type Source,
} from "../../../src/index.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aae, codeDiscriminator, semiSupervised, supervisedStyle } from "../../../plugins/aae/aae.ts";
import { eventsOf } from "../../contracts/eventsOf.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";
import { aaeGame } from "./aaeGame.ts";

const steps = [step("reconstruction"), discriminatorStep(), step("regularisation")] as const;
/** Quick where nothing but quickness is asked. */
const small = codeDiscriminator({ widths: [32] });
const refusal = (pattern: RegExp) => (error: unknown): boolean => error instanceof ConfigurationError && pattern.test(error.message);

describe("aae", () => {
  it("plays reconstruction and regularisation as turns that are seen in the stream", async () => {
    const events = await eventsOf(train$(aaeGame({ rounds: 1, backend: "cpu" }), aae({ prior: gaussian(2) }), ...steps));
    const [played] = events.flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics] : []));
    assert.deepEqual(Object.keys(played!), ["loss/reconstruction", "loss/discriminator", "loss/regularisation"]);
  });

  it("moves in each turn who is to move, and nobody else", async () => {
    const snapshot = async (...played: readonly AnyPlugin[]) => {
      const directory = await mkdtemp(join(tmpdir(), "saddlepoint-"));
      try {
        await eventsOf(trainUnordered$(aaeGame({ rounds: 1, backend: "cpu", checkpoints: folder(directory, { every: 1 }) }), [aae({ prior: gaussian(2) }), ...played]));
        const drawn = async (network: string, head: string): Promise<readonly number[]> => {
          const { values } = await generate({ checkpoint: directory, network, head, count: 4, backend: "cpu", sources: { data: mixture("ring", { batchSize: 4 }) } });
          return [...values];
        };
        return { encoder: await drawn("encoder", "codes"), decoder: await drawn("decoder", "samples") };
      } finally {
        await rm(directory, { recursive: true });
      }
    };
    const untouched = await snapshot(discriminatorStep());
    const regularised = await snapshot(step("regularisation"));
    const reconstructed = await snapshot(step("reconstruction"));
    assert.deepEqual(regularised.decoder, untouched.decoder);
    assert.notDeepEqual(regularised.encoder, untouched.encoder);
    assert.notDeepEqual(reconstructed.decoder, untouched.decoder);
    assert.notDeepEqual(reconstructed.encoder, untouched.encoder);
  });

  it("brings the codes to a prior that has no density, a data set of two points", async () => {
    const prior = array({ samples: [[3, 0], [-3, 0]], shape: [2], batchSize: 2 });
    const game = autoencoding({
      data: mixture([[1, 0], [-1, 0]], { batchSize: 32, deviation: 0.05 }),
      networks: autoencoder({ codes: 2, encoder: { widths: [16] }, decoder: { widths: [16] } }),
      optimizer: adam({ learningRate: 5e-3 }),
      rounds: 400, backend: "cpu", seed: 3,
    });
    const optimizer = adam({ learningRate: 5e-3, beta1: 0.5 });
    const events = await eventsOf(train$(game, aae({ prior, discriminator: small, optimizers: { discriminator: optimizer, encoder: optimizer } }), ...steps, drawSamples({ every: 400, count: 64, network: "encoder", head: "codes" })));
    const { values } = events.find((event): event is SamplesDrawn => event._tag === "SamplesDrawn")!;
    const distances = Array.from({ length: 64 }, (_, i) => Math.hypot(Math.abs(values[2 * i]!) - 3, values[2 * i + 1]!));
    const mean = distances.reduce((sum, each) => sum + each, 0) / 64;
    assert.ok(mean < 1, `codes are ${mean.toFixed(2)} from the nearest of the prior's two points`);
  });

  it("takes any sampler for a prior", async () => {
    const corners = categorical([3, 1], { field: "corners", as: "indicators" });
    const priors: readonly Source[] = [gaussian(2), gaussian(2, { field: "codes" }), mixture("ring", { batchSize: 8 }), swissRoll(), corners];
    for (const prior of priors) {
      const events = await eventsOf(train$(aaeGame({ rounds: 1, backend: "cpu" }), aae({ prior }), ...steps, drawSamples({ every: 1, count: 3, network: "decoder" })));
      assert.equal(events.filter((event) => event._tag === "SamplesDrawn").length, 1);
    }
  });

  it("generates from a checkpoint: samples of the prior decoded, and data encoded", async () => {
    const directory = await mkdtemp(join(tmpdir(), "saddlepoint-"));
    try {
      await eventsOf(train$(aaeGame({ rounds: 2, backend: "cpu", checkpoints: folder(directory, { every: 2 }) }), aae({ prior: gaussian(2) }), supervisedStyle(), ...steps));
      const asked = { checkpoint: directory, network: "decoder", count: 2, backend: "cpu" } as const;
      const [ones, twos] = [await generate({ ...asked, given: { labels: [1] } }), await generate({ ...asked, given: { labels: [2] } })];
      assert.deepEqual(ones.shape, [2]);
      assert.notDeepEqual(ones.values, twos.values);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("does not compile on a game without codes, and from JavaScript is an error that says what is missing", () => {
    const plain = gan({ data: mixture("ring", { batchSize: 8 }), noise: gaussian(3), networks: mlp(), objective: nonSaturating(), optimizers: adam(), rounds: 1 });
    assert.throws(
      // @ts-expect-error -- a GAN encodes nothing
      () => train$(plain, aae({ prior: gaussian(2) }), discriminatorStep(), generatorStep()),
      refusal(/aae needs codes, which neither the data nor a plugin before it provides/),
    );
    const unlabelled: Game<"samples" | "codes"> = autoencoding({ data: array({ samples: [[0, 1]], shape: [2], batchSize: 1 }), networks: autoencoder({ codes: 2 }), optimizer: adam(), rounds: 1 });
    // @ts-expect-error -- nobody knows the labels
    assert.throws(() => train$(unlabelled, aae({ prior: gaussian(2) }), supervisedStyle(), ...steps), refusal(/supervisedStyle needs labels/));
    // @ts-expect-error -- nobody knows the labels
    assert.throws(() => train$(unlabelled, aae({ prior: mixture("ring", { batchSize: 8 }), isLabelled: true }), ...steps), refusal(/aae needs labels/));
    // @ts-expect-error -- no aae before it
    assert.throws(() => train$(aaeGame({ rounds: 1 }), semiSupervised({ labelled: mixture("ring", { batchSize: 8 }), frequencies: [1, 1] })), refusal(/semiSupervised needs regularisation/));
  });

  it("refuses priors that cannot be those of the codes", async () => {
    const run = { rounds: 1, backend: "cpu" } as const;
    await assert.rejects(eventsOf(train$(aaeGame(run), aae({ prior: gaussian(3) }), ...steps)), /aae: prior: expected points of shape \[2\], the length of a code, got \[3\]/);
    assert.throws(() => train$(aaeGame(run), aae({ prior: gaussian(2), isLabelled: true }), ...steps), refusal(/expected a source with labels such as mixture/));
    const four = mixture([[0, 1], [1, 0], [0, -1], [-1, 0]], { batchSize: 8, deviation: 0.1 });
    await assert.rejects(eventsOf(train$(aaeGame(run), aae({ prior: four, isLabelled: true }), ...steps)), /expected as many modes as the data have classes \(8\), got 4/);
    const one = mixture([[0, 1]], { batchSize: 8, deviation: 0.1 });
    await assert.rejects(eventsOf(train$({ ...aaeGame(run), sources: { data: one } }, aae({ prior: one, isLabelled: true }), ...steps)), refusal(/isLabelled: expected labels of at least 2 classes, got 1/));
    assert.throws(() => train$(aaeGame(run), aae({ prior: gaussian(2) }), aae({ prior: gaussian(2) }), ...steps), refusal(/codes have no prior yet/));
    assert.throws(() => aae({ prior: 2 as never }), refusal(/aae: prior: expected a source such as gaussian\(2\) or swissRoll\(\), got 2/));
  });

  it("refuses an objective of energies, which are of samples", () => {
    const objective = energyBased({ margin: 1 });
    const expected = refusal(/objective: expected an objective that judges by logits such as nonSaturating\(\), got energyBased, which judges samples by energies/);
    assert.throws(() => aae({ prior: gaussian(2), objective }), expected);
    assert.throws(() => semiSupervised({ labelled: mixture("ring", { batchSize: 8 }), frequencies: [1, 1], objective }), expected);
  });
});

describe("codeDiscriminator", () => {
  it("refuses wrong options", () => {
    assert.throws(() => codeDiscriminator({ width: [8] } as never), refusal(/codeDiscriminator: width: unknown option; did you mean "widths"\?/));
    assert.throws(() => codeDiscriminator({ widths: [8, 0] }), refusal(/codeDiscriminator: widths\[1\]: expected an integer > 0, got 0/));
    assert.throws(() => codeDiscriminator({ activation: "relu" as never }), refusal(/codeDiscriminator: activation: expected a layer, got "relu"/));
    assert.throws(() => codeDiscriminator(null as never), refusal(/codeDiscriminator: expected an object with widths, field, activation, got null/));
  });
});

describe("supervisedStyle", () => {
  it("with isIndependent has the codes of every class follow the prior, where they would else keep apart", async () => {
    const apart = async (isIndependent: boolean): Promise<number> => {
      const game = autoencoding({
        data: mixture([[2, 0], [-2, 0]], { batchSize: 32, deviation: 0.3 }),
        networks: autoencoder({ codes: 1, encoder: { widths: [16] }, decoder: { widths: [16] } }),
        // The reconstruction learns slowly: it is the regularisation that is looked at, damped so that it settles.
        optimizer: adam({ learningRate: 1e-4 }),
        rounds: 400, backend: "wasm", seed: 2,
      });
      const optimizer = adam({ learningRate: 5e-3, beta1: 0.5 });
      const events = await eventsOf(train$(
        game, aae({ prior: gaussian(1), discriminator: small, optimizers: { discriminator: optimizer, encoder: optimizer } }), supervisedStyle({ isIndependent }), r1({ gamma: 6 }),
        ...steps, drawSamples({ every: 400, count: 200, network: "encoder", head: "codes" }),
      ));
      const { values, labels } = events.find((event): event is SamplesDrawn => event._tag === "SamplesDrawn")!;
      const mean = (label: number): number => {
        const own = values.filter((_, i) => labels![i] === label);
        return own.reduce((sum, value) => sum + value, 0) / own.length;
      };
      return Math.abs(mean(0) - mean(1));
    };
    const [together, others] = [await apart(true), await apart(false)];
    // Halves of a normal distribution have means 1.6 apart.
    assert.ok(together < 0.8 && others > 1.2, `class means differ by ${together.toFixed(2)}, without isIndependent by ${others.toFixed(2)}`);
  });

  it("refuses to make codes independent that have no adversary", () => {
    assert.throws(() => train$(aaeGame({ rounds: 1 }), supervisedStyle({ isIndependent: true }), step("reconstruction")), refusal(/expected a plugin before it that tells codes from a prior, such as aae, got none/));
  });

  it("refuses, before the first round, labels of one class", async () => {
    const game = { ...aaeGame({ rounds: 1, backend: "cpu" }), sources: { data: mixture([[0, 1]], { batchSize: 8, deviation: 0.1 }) } };
    await assert.rejects(eventsOf(train$(game, aae({ prior: gaussian(2) }), supervisedStyle(), ...steps)), refusal(/expected labels of at least 2 classes to choose from, and "labels" has 1/));
  });
});

describe("semiSupervised", () => {
  it("plays classification as a turn, and tells the classes by a few labels", async () => {
    const ring = mixture("ring", { batchSize: 32, deviation: 0.05 });
    const labelled = mixture("ring", { batchSize: 32, deviation: 0.05 });
    const game = autoencoding({ data: ring, networks: autoencoder({ codes: 2, encoder: { widths: [32] }, decoder: { widths: [32] } }), optimizer: adam({ learningRate: 5e-3 }), rounds: 150, backend: "cpu", seed: 5 });
    const optimizers = { discriminator: adam({ learningRate: 1e-3, beta1: 0.5 }), classifier: adam({ learningRate: 1e-2 }) };
    const events = await eventsOf(train$(
      game, aae({ prior: gaussian(2), discriminator: small }), semiSupervised({ labelled, frequencies: new Array<number>(8).fill(1), discriminator: codeDiscriminator({ field: "classes", widths: [16] }), optimizers }), ...steps, step("classification"),
    ));
    const losses = events.flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics["loss/classification"]!] : []));
    // At chance it is ln 8 = 2.08.
    close(losses[0]!, Math.log(8), 0.5);
    assert.ok(losses.at(-1)! < 0.3, `cross-entropy ${losses.at(-1)}`);
  });

  it("refuses, before the first round, frequencies of other classes than the labels have", async () => {
    const play = (frequencies: readonly number[]) =>
      eventsOf(train$(aaeGame({ rounds: 1, backend: "cpu" }), aae({ prior: gaussian(2) }), semiSupervised({ labelled: mixture("ring", { batchSize: 8 }), frequencies }), ...steps, step("classification")));
    for (const count of [7, 9]) {
      await assert.rejects(play(new Array<number>(count).fill(1)), refusal(new RegExp(`semiSupervised: frequencies: expected one for each of the 8 classes of the labels, got ${count}`)));
    }
  });

  it("refuses a labelled source without labels", () => {
    const labelled = array({ samples: [[0, 1]], shape: [2], batchSize: 1 }) as never;
    assert.throws(() => semiSupervised({ labelled, frequencies: [1, 1] }), refusal(/semiSupervised: labelled: expected a source of labelled samples.*which provides samples and labels, got one that provides samples$/));
  });
});
