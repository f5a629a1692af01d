import { acgan } from "../../../plugins/acgan/acgan.ts";
import { conditional } from "../../../plugins/conditional/conditional.ts";
import { progressive } from "../../../plugins/progressive/progressive.ts";
import { averageWeights, diffAugment, discriminatorStep, drawSamples, generatorStep, r1, train$, type SamplesDrawn } from "../../../src/index.ts";
import { memory } from "../../../src/sources/memory.ts";
import { describePlugin } from "../../contracts/describePlugin.ts";
import { eventsOf } from "../../contracts/eventsOf.ts";
import { assert, describe, it } from "../../kit/kit.ts";
import { grownGame, twoStages } from "./grownGame.ts";

const unmixed = { discriminator: { deviation: false } } as const;

await describePlugin("growing with a projection of the labels", {
  rounds: 4,
  stops: [3],
  train: (run) => train$(grownGame(run), conditional({ discriminator: "projection" }), progressive({ stages: twoStages }), discriminatorStep(), generatorStep(), drawSamples({ every: 2, count: 2 })),
});

await describePlugin("growing with a class head, lazy R1 and averaged weights", {
  rounds: 4,
  // Inside the fade.
  stops: [3],
  train: (run) =>
    train$(grownGame(run, unmixed), acgan(), r1({ gamma: 1, every: 2 }), progressive({ stages: twoStages }), discriminatorStep(), generatorStep(), averageWeights(), drawSamples({ every: 2, count: 2 })),
});

describe("growing", () => {
  it("learns classes beside it: the head's loss is in both turns at every stage, and the labels keep their rows", async () => {
    const events = await eventsOf(
      train$(grownGame({ rounds: 4, backend: "cpu", checkpoints: memory({ every: 4 }) }, unmixed), acgan(), progressive({ stages: twoStages }), discriminatorStep(), generatorStep()),
    );
    const played = events.flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics] : []));
    assert.deepEqual(played.map((metrics) => metrics["progressive/side"]), [4, 4, 8, 8]);
    for (const metrics of played) {
      for (const term of ["term/classes/discriminator/real", "term/classes/discriminator/fake", "term/classes/generator/fake"]) assert.ok(metrics[term]! > 0, term);
    }
  });

  it("goes with labels for both players, and with augmentation", async () => {
    const events = await eventsOf(
      train$(
        grownGame({ rounds: 4, backend: "cpu", checkpoints: memory({ every: 4 }) }, unmixed),
        conditional(),
        diffAugment({ policies: ["translation"] }),
        progressive({ stages: twoStages }),
        discriminatorStep(),
        generatorStep(),
        drawSamples({ every: 2, count: 3 }),
      ),
    );
    const drawn = events.filter((event): event is SamplesDrawn => event._tag === "SamplesDrawn");
    assert.deepEqual(drawn.map(({ round, shape }) => [round, ...shape]), [[2, 8, 8, 1], [4, 8, 8, 1]]);
  });
});
