import { gan } from "../../src/game/gan.ts";
import { nonSaturating } from "../../src/math/objectives/nonSaturating.ts";
import { mlp } from "../../src/networks/mlp.ts";
import { sgd } from "../../src/networks/optimizers/sgd.ts";
import { memory } from "../../src/sources/memory.ts";
import { mixture } from "../../src/sources/mixture.ts";
import { gaussian } from "../../src/sources/noise.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { describePlugin, snapshotIn } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

/** The state after a few rounds of samples in batches of `batchSize`, `accumulate` at a time. */
async function after(batchSize: number, accumulate: number) {
  const checkpoints = memory({ every: 3 });
  const widths = [6];
  const game = gan({
    data: mixture("ring", { batchSize }),
    noise: gaussian(3),
    networks: mlp({ generator: { widths }, discriminator: { widths } }),
    objective: nonSaturating(),
    optimizers: sgd({ learningRate: 0.1 }),
    rounds: 3,
    backend: "cpu",
    checkpoints,
  });
  const events = await eventsOf(train$(game, discriminatorStep({ accumulate, times: 2 }), generatorStep({ accumulate })));
  return { snapshot: await snapshotIn(checkpoints), events };
}

describe("accumulated gradients", () => {
  it("move both players as one batch of all the samples does", async () => {
    const whole = await after(12, 1);
    const parts = await after(4, 3);
    for (const [name, { values }] of whole.snapshot.tensors) {
      if (name.startsWith("previous/")) continue;
      close(parts.snapshot.tensors.get(name)!.values, values, 2e-6, name);
    }
    const positions = (run: typeof whole) => (run.snapshot.state as { positions: object }).positions;
    assert.deepEqual(positions(parts), positions(whole));
    const losses = (run: typeof whole) => run.events.flatMap((event) => (event._tag === "RoundPlayed" ? Object.values(event.metrics) : []));
    close(losses(parts), losses(whole), 2e-6, "loss");
  });
});

await describePlugin("accumulated gradients", {
  rounds: 4,
  stops: [1, 3],
  train: (run) => train$(ringGame(run), discriminatorStep({ accumulate: 2 }), generatorStep({ accumulate: 3 })),
});
