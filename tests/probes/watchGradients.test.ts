import { withTerm } from "../../src/game/blueprint.ts";
import type { TrainingEvent } from "../../src/game/event.ts";
import { definePlugin, type Plugin } from "../../src/game/plugin.ts";
import { tf } from "../../src/math/tensor.ts";
import { watchGradients } from "../../src/probes/watchGradients.ts";
import { memory } from "../../src/sources/memory.ts";
import { gradientClipping } from "../../src/stabilisers/gradientClipping.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$, trainUnordered$ } from "../../src/train.ts";
import { describePlugin, snapshotIn } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { linearGame } from "../stabilisers/linearGame.ts";

/** A term whose gradient is 3 in each of the critic's two weights: a norm of 3 √2. */
const pull: Plugin = definePlugin("pull", (round$) => round$, {
  assemble: (blueprint) =>
    withTerm(blueprint, { name: "pull", turn: "discriminator", weight: 3, of: (seen) => tf.sum(seen.parameters("discriminator")["logits/dense1/kernel"]!) }),
});

function gradients(events: readonly TrainingEvent[], player: string): (number | undefined)[] {
  return events.flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics[`gradient/${player}`]] : []));
}

await describePlugin("watchGradients", {
  rounds: 4,
  stops: [1],
  train: ({ backend, rounds, checkpoints }) =>
    trainUnordered$(ringGame({ rounds, backend, checkpoints }), [watchGradients({ every: 2 }), discriminatorStep({ times: 2 }), generatorStep()]),
});

describe("watchGradients", () => {
  it("measures the common norm of each player's gradients, before they are clipped", async () => {
    const events = await eventsOf(train$(linearGame({ rounds: 3 }), pull, gradientClipping({ norm: 0.1 }), watchGradients(), discriminatorStep(), generatorStep()));
    close(gradients(events, "discriminator") as number[], [3 * Math.SQRT2, 3 * Math.SQRT2, 3 * Math.SQRT2], 1e-6);
    close(gradients(events, "generator") as number[], [0, 0, 0], 0);
  });

  it("measures at its cadence, and only the players it is asked for", async () => {
    const events = await eventsOf(train$(linearGame({ rounds: 5 }), pull, watchGradients({ every: 2, players: ["discriminator"] }), discriminatorStep(), generatorStep()));
    assert.deepEqual(gradients(events, "discriminator").map((value) => value !== undefined), [false, true, false, true, false]);
    assert.deepEqual(gradients(events, "generator"), Array(5).fill(undefined));
  });

  it("changes nothing in training, and is no part of the configuration", async () => {
    const play = async (...watch: readonly Plugin[]) => {
      const checkpoints = memory({ every: 100 });
      await eventsOf(trainUnordered$(ringGame({ rounds: 3, backend: "cpu", checkpoints }), [...watch, discriminatorStep(), generatorStep()]));
      return snapshotIn(checkpoints);
    };
    const [watched, plain] = [await play(watchGradients()), await play()];
    assert.deepEqual(watched.configuration, plain.configuration);
    for (const [name, { values }] of plain.tensors) assert.deepEqual(watched.tensors.get(name)?.values, values, name);
  });

  it("refuses a player that is not there", () => {
    assert.throws(() => trainUnordered$(ringGame({ rounds: 1 }), [watchGradients({ players: ["critic"] })]), /no player is named "critic"; there are discriminator, generator/);
  });
});
