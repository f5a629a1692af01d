import { map } from "rxjs";
import { withHead, withPlayer, type Blueprint } from "../../src/game/blueprint.ts";
import { definePlugin, type Plugin } from "../../src/game/plugin.ts";
import type { SamplesDrawn } from "../../src/game/event.ts";
import { dense } from "../../src/networks/layers/dense.ts";
import type { Layer } from "../../src/networks/layer.ts";
import { tf } from "../../src/math/tensor.ts";
import { drawSamples } from "../../src/probes/drawSamples.ts";
import { memory } from "../../src/sources/memory.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { describePlugin, snapshotIn } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

/** Batches that become larger by two every round. */
const growingBatches = (): Plugin => definePlugin("growingBatches", (round$) => round$.pipe(map((round) => ({ ...round, batchSize: 2 + 2 * round.index }))), { options: {} });

/** The discriminator's optimizer begins anew at these rounds. */
const forgetting = (...rounds: readonly number[]): Plugin =>
  definePlugin("forgetting", (round$) => round$, {
    options: {},
    assemble: (game: Blueprint) => withPlayer(game, "discriminator", { ...game.players["discriminator"]!, forgetsAt: rounds }),
  });

/** A layer that multiplies by the setting `factor`, 1 where there is none. */
const scaling: Layer = { spec: { name: "scaling" }, build: (input) => ({ output: input, apply: (x, { mode }) => tf.mul(x, mode.settings["factor"] ?? 1) }) };
/** The generator ends in that layer, and the setting counts the rounds. */
const scaled = (): Plugin =>
  definePlugin("scaled", (round$) => round$.pipe(map((round) => ({ ...round, settings: { ...round.settings, factor: round.index } }))), {
    options: {},
    assemble: (game) => withHead(game, "generator", "samples", () => [dense({ units: 2 }), scaling]),
  });

await describePlugin("batches that grow and an optimizer that forgets", {
  rounds: 5,
  stops: [2, 3],
  train: (run) => train$(ringGame(run), growingBatches(), forgetting(2, 4), discriminatorStep(), generatorStep()),
});

describe("a round", () => {
  const after = async (rounds: number, ...plugins: readonly Plugin[]) => {
    const checkpoints = memory({ every: rounds });
    const [first, ...rest] = [...plugins, discriminatorStep(), generatorStep()] as const;
    const events = await eventsOf(train$(ringGame({ rounds, backend: "cpu", checkpoints }), first!, ...rest));
    const { state } = await snapshotIn(checkpoints);
    return { events, ...(state as { readonly positions: Readonly<Record<string, number>>; readonly steps: Readonly<Record<string, number>>; readonly settings: object }) };
  };

  it("draws as many samples as it says", async () => {
    // Noise is drawn in both turns, data in one: 2 + 4 + 6 samples.
    assert.deepEqual((await after(3, growingBatches())).positions, { data: 12, noise: 24 });
  });

  it("begins with a player that has forgotten what its optimizer knew, where the plan says so, and no other", async () => {
    const { steps } = await after(5, forgetting(3));
    for (const [name, step] of Object.entries(steps)) assert.equal(step, name.startsWith("discriminator/") ? 2 : 5, name);
    assert.ok(Object.keys(steps).some((name) => name.startsWith("generator/")));
  });

  it("shows its settings to networks that are applied outside the turns, and leaves them in the checkpoint", async () => {
    const { events, settings } = await after(3, scaled(), drawSamples({ every: 1, count: 4 }));
    const drawn = events.filter((event): event is SamplesDrawn => event._tag === "SamplesDrawn");
    assert.equal(drawn.length, 3);
    // The first is multiplied by 0.
    close(drawn[0]!.values, new Float32Array(8), 0);
    assert.ok(drawn[1]!.values.every((value) => value !== 0));
    assert.deepEqual(settings, { factor: 2 });
  });
});
