import { definePlugin } from "../../src/game/plugin.ts";
import { game } from "../../src/game/game.ts";
import { withTerm } from "../../src/game/blueprint.ts";
import { tf } from "../../src/math/tensor.ts";
import { mlp } from "../../src/networks/mlp.ts";
import { sgd } from "../../src/networks/optimizers/sgd.ts";
import { mixture } from "../../src/sources/mixture.ts";
import { drawSamples } from "../../src/probes/drawSamples.ts";
import { averageWeights } from "../../src/steps/averageWeights.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { step } from "../../src/steps/step.ts";
import { train$ } from "../../src/train.ts";
import { describePlugin } from "../contracts/describePlugin.ts";
import { classHead, clipping, codeHead, growing, lateMemory, packing, reconstruction } from "./miniatures.ts";
import { ringGame } from "./ringGame.ts";

const short = { rounds: 6, stops: [1, 4] } as const;

await describePlugin("a plain GAN with averages and samples", {
  ...short,
  train: (run) => train$(ringGame(run), discriminatorStep(), generatorStep(), averageWeights({ halfLife: 3 }), drawSamples({ every: 2, count: 4 })),
});
await describePlugin("a class head", {
  ...short,
  train: (run) => train$(ringGame(run), classHead(), discriminatorStep(), generatorStep()),
});
await describePlugin("a code head moved in the generator's turn", {
  ...short,
  train: (run) => train$(ringGame(run), codeHead(), discriminatorStep(), generatorStep()),
});
await describePlugin("a reconstruction turn that moves two networks", {
  ...short,
  train: (run) => train$(ringGame(run), reconstruction(), step("reconstruction"), discriminatorStep(), generatorStep()),
});
await describePlugin("packing as a view", {
  ...short,
  train: (run) => train$(ringGame(run), packing(2), discriminatorStep(), generatorStep()),
});
await describePlugin("a network that grows in mid-run", {
  ...short,
  stops: [1, 3, 4],
  train: (run) => train$(ringGame(run), growing(3), discriminatorStep(), generatorStep()),
});
await describePlugin("clipping after each of k turns", {
  ...short,
  train: (run) => train$(ringGame(run), clipping(0.05), discriminatorStep({ times: 3 }), generatorStep()),
});
await describePlugin("a carry that comes into being in mid-run", {
  ...short,
  stops: [2, 3, 5],
  train: (run) => train$(ringGame(run), lateMemory(3), discriminatorStep(), generatorStep()),
});
await describePlugin("a single-player game", {
  ...short,
  train: (run) =>
    train$(
      game({
        sources: { data: mixture("ring", { batchSize: 8 }) },
        networks: { model: mlp({ discriminator: { widths: [8] } }).discriminator },
        players: { model: { optimizer: sgd({ learningRate: 0.1 }), owns: ["model"] } },
        turns: [{ name: "fit", players: ["model"] }],
        terms: [{ name: "error", turn: "fit", of: (seen) => tf.mean(tf.square(tf.sub(seen.forward("model", seen.drawn("data")).heads["logits"]!, 1))) }],
        ...run,
      }),
      step("fit"),
    ),
});
await describePlugin("a turn after another's, every third round", {
  rounds: 7,
  stops: [3, 5],
  train: (run) =>
    train$(
      ringGame(run),
      definePlugin("lazy", (round$) => round$, {
        assemble: (blueprint) =>
          withTerm(
            { ...blueprint, turns: [...blueprint.turns, { name: "decay", players: ["discriminator"], every: 3, after: "discriminator" }] },
            {
              name: "decay",
              turn: "decay",
              of: (seen) => tf.addN(Object.values(seen.parameters("discriminator")).map((weights) => tf.sum(tf.square(weights)))),
            },
          ),
      }),
      discriminatorStep(),
      generatorStep(),
    ),
});
