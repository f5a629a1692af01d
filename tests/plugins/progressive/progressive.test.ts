import { lastValueFrom, tap } from "rxjs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { growingLayers, progressive, type ProgressiveOptions } from "../../../plugins/progressive/progressive.ts";
import {
  averageWeights, ConfigurationError, dcgan, discriminatorStep, drawSamples, folder, generate, generatorStep, mlp, packing, r1, train$, trainUnordered$, type AnyPlugin, type Game,
  type SamplesDrawn,
} from "../../../src/index.ts";
import { memory } from "../../../src/sources/memory.ts";
import { describePlugin, snapshotIn, type CaseRun } from "../../contracts/describePlugin.ts";
import { eventsOf } from "../../contracts/eventsOf.ts";
import { ringGame } from "../../grammar/ringGame.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";
import { grownGame, twoStages } from "./grownGame.ts";

/** Of batch and rate to each stage, everything of a run that can change in mid-run. */
const stages = [{ side: 4, hold: 2, batchSize: 8 }, { side: 8, fade: 4, hold: 1, rate: 0.5 }];
const play = (game: Game<"samples" | "labels">, options: Partial<ProgressiveOptions> = {}) =>
  train$(game, progressive({ stages, ...options }), discriminatorStep(), generatorStep(), averageWeights(), drawSamples({ every: 1, count: 2, weights: "raw" }));
const onCpu = (rounds: number): CaseRun => ({ backend: "cpu", rounds, checkpoints: memory({ every: rounds }) });

// Stops where a stage begins, and inside its fade.
await describePlugin("progressive growing", { rounds: 5, stops: [2, 4], train: (run) => play(grownGame(run)) });
await describePlugin("progressive growing with kept slots under R1", {
  rounds: 4,
  stops: [3],
  train: (run) =>
    train$(grownGame(run, { discriminator: { deviation: false } }), r1({ gamma: 1 }), progressive({ stages: twoStages, slots: "kept" }), discriminatorStep(), generatorStep()),
});

describe("progressive", () => {
  it("tells side and alpha of every round, and announces the stages", async () => {
    const events = await eventsOf(play(grownGame(onCpu(8))));
    const metrics = events.flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics] : []));
    assert.deepEqual(metrics.map((each) => each["progressive/side"]), [4, 4, 8, 8, 8, 8, 8, 8]);
    close(metrics.map((each) => each["progressive/alpha"]!), [1, 1, 0.2, 0.4, 0.6, 0.8, 1, 1], 1e-6);
    assert.deepEqual(
      events.flatMap((event) => (event._tag === "PluginReported" ? [[event.round, event.values]] : [])),
      [[1, { side: 4, alpha: 1, batchSize: 8 }], [3, { side: 8, alpha: 0.2, batchSize: 4 }], [7, { side: 8, alpha: 1, batchSize: 4 }]],
    );
  });

  it("draws samples of the final size at every stage, as coarse as the stage", async () => {
    const drawn = (await eventsOf(play(grownGame(onCpu(4))))).filter((event): event is SamplesDrawn => event._tag === "SamplesDrawn");
    assert.deepEqual(drawn.map(({ shape }) => shape.join()), Array.from({ length: 4 }, () => "8,8,1"));
    assert.deepEqual(drawn.map(isCoarse), [true, true, false, false]);
  });

  it("is generated from a checkpoint as it stood there", async () => {
    const directory = await mkdtemp(join(tmpdir(), "saddlepoint-"));
    try {
      for (const [rounds, coarse] of [[2, true], [4, false]] as const) {
        await eventsOf(play(grownGame({ ...onCpu(rounds), checkpoints: folder(directory, { every: 1 }) })));
        assert.equal(isCoarse(await generate({ checkpoint: directory, count: 2, backend: "cpu", layers: growingLayers })), coarse, `after ${rounds} rounds`);
      }
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("moves only the blocks of the stage, and gives new ones slots of their own", async () => {
    const at = async (rounds: number, slots: "kept" | "reset") => {
      const { checkpoints, ...run } = onCpu(rounds);
      await eventsOf(play(grownGame({ ...run, checkpoints }), { slots }));
      const { tensors, state } = await snapshotIn(checkpoints);
      const { steps, positions } = state as { readonly steps: Readonly<Record<string, number>>; readonly positions: Readonly<Record<string, number>> };
      return { names: [...tensors.keys()], tensors, steps, positions };
    };
    const young = /\/(block|pixels|reader)8\//;
    const [one, two] = [await at(1, "reset"), await at(2, "reset")];
    for (const name of one.names.filter((each) => each.startsWith("parameters/"))) {
      const [before, after] = [one, two].map(({ tensors }) => tensors.get(name)!.values);
      assert.equal(before!.every((value, i) => value === after![i]), young.test(name), name);
    }
    assert.ok(Object.keys(two.steps).length > 0 && Object.values(two.steps).every((step) => step === 2));
    assert.ok(![...Object.keys(two.steps), ...two.names.filter((name) => name.startsWith("slots/"))].some((name) => young.test(name)));
    // Two batches of 8 in each of two rounds' two turns, then of 4.
    assert.deepEqual(two.positions, { data: 16, noise: 32 });
    assert.deepEqual((await at(4, "reset")).positions, { data: 24, noise: 48 });
    const [kept, reset] = [await at(4, "kept"), await at(4, "reset")];
    for (const name of Object.keys(kept.steps)) {
      assert.equal(kept.steps[name], young.test(name) ? 2 : 4, name);
      assert.equal(reset.steps[name], 2, name);
    }
  });

  it("multiplies both players' rates by the stage's", async () => {
    // Adam's first step is rate · sign(gradient): after a reset it is half of what it was.
    const moved = async (rounds: number) => {
      const of = async (upTo: number) => {
        const run = onCpu(upTo);
        await eventsOf(play(grownGame(run)));
        return (await snapshotIn(run.checkpoints)).tensors.get("parameters/discriminator/logits/equalised1/bias")!.values[0]!;
      };
      return Math.abs((await of(rounds)) - (await of(rounds - 1)));
    };
    close(await moved(3), 5e-3, 1e-5);
  });

  it("refuses, before the first round, networks that do not grow and a last stage that is not the images' side", async () => {
    const refused = (game: Game<"samples" | "labels">, options: ProgressiveOptions) =>
      lastValueFrom(train$(game, progressive(options), discriminatorStep(), generatorStep()));
    await assert.rejects(refused(ringGame({ rounds: 1, backend: "cpu" }), { stages: [{ side: 4, hold: 1 }] }), /expected the images' own side at the end, which is 2, got 4/);
    await assert.rejects(refused(grownGame({ rounds: 1, backend: "cpu" }), { stages: [{ side: 4, hold: 1 }] }), /stages\[0\]\.side: expected the images' own side at the end, which is 8, got 4/);
    const game = grownGame({ rounds: 1, backend: "cpu" });
    for (const [network, pair] of [["generator", dcgan()], ["discriminator", mlp()]] as const) {
      const networks = { ...game.networks, [network]: { factory: pair[network], edits: [] } };
      await assert.rejects(refused({ ...game, networks }, { stages: twoStages }), new RegExp(`progressive: ${network}: expected a network that grows, such as growing\\(\\) makes`));
    }
    assert.throws(() => refused(game, { stages: twoStages, adversary: "critics" }), /progressive: no term is named "critics\/discriminator"/);
  });

  it("refuses, before the first round, batches of any stage that do not come out even in groups or packs", async () => {
    const batches = (...sizes: readonly (number | undefined)[]) =>
      progressive({ stages: sizes.map((batchSize, i) => ({ side: 4 * 2 ** i, hold: 1, ...(batchSize === undefined ? {} : { batchSize }) })) });
    const refused = async (game: Game<"samples" | "labels">, message: RegExp, ...plugins: readonly AnyPlugin[]) => {
      let rounds = 0;
      const training = trainUnordered$(game, [...plugins, discriminatorStep(), generatorStep()]).pipe(tap(({ _tag }) => (rounds += _tag === "RoundPlayed" ? 1 : 0)));
      await assert.rejects(lastValueFrom(training), (error) => error instanceof ConfigurationError && message.test(error.message));
      assert.equal(rounds, 0);
    };
    const game = grownGame({ rounds: 2, backend: "cpu" });
    await refused(game, /progressive: stages\[1\]\.batchSize: expected at most 4 samples or a multiple of so many, as minibatch deviation compares 4 samples with each other, got 6$/, batches(3, 6));
    await refused({ ...game, batchSize: 6 }, /stages\[1\]\.batchSize: expected at most 4 .*, got none, and so the game's 6$/, batches(8, undefined));
    await refused(game, /stages\[0\]\.batchSize: expected at most 8 samples .* compares 4 packs with each other, got 12$/, packing({ size: 2 }), batches(12, 16));
    const unmixed = grownGame({ rounds: 2, backend: "cpu" }, { discriminator: { deviation: false } });
    await refused(unmixed, /stages\[1\]\.batchSize: expected a multiple of 2, the samples of a pack, got 5$/, packing({ size: 2 }), batches(4, 5));
    await refused(unmixed, /stages\[0\]\.batchSize: expected a multiple of 2, .*got 3\s+stages\[1\]\.batchSize: .*got 5$/, batches(3, 5), packing({ size: 2 }));
    const events = await eventsOf(trainUnordered$(game, [packing({ size: 2 }), batches(2, 16), discriminatorStep(), generatorStep()]));
    assert.equal(events.filter(({ _tag }) => _tag === "RoundPlayed").length, 2);
  });

  it("refuses minibatch deviation under R1", async () => {
    await assert.rejects(
      lastValueFrom(train$(grownGame({ rounds: 1, backend: "cpu" }), r1(), progressive({ stages: twoStages }), discriminatorStep(), generatorStep())),
      /discriminator\/minibatchDeviation1: makes a sample's score depend on the other samples/,
    );
  });
});

/** Whether every image is made of squares of 2 × 2 pixels. */
function isCoarse({ values }: Pick<SamplesDrawn, "values">): boolean {
  return values.every((value, i) => value === values[i - (i % 2) - (Math.floor(i / 8) % 2) * 8]);
}
