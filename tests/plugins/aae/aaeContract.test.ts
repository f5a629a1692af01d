import { averageWeights, discriminatorStep, drawSamples, gaussian, gradientPenalty, linearSchedule, mixture, r1, step, swissRoll, train$, wasserstein } from "../../../src/index.ts";
import { aae, noisyCodes, semiSupervised, supervisedStyle } from "../../../plugins/aae/aae.ts";
import { describePlugin } from "../../contracts/describePlugin.ts";
import { aaeGame } from "./aaeGame.ts";

const ring = mixture("ring", { batchSize: 8 });

await describePlugin("aae with labelled modes and a Gaussian posterior, averaged and drawn from", {
  rounds: 4,
  stops: [1, 3],
  train: (run) =>
    train$(
      aaeGame(run), aae({ prior: ring, isLabelled: true, posterior: "gaussian" }), step("reconstruction"), discriminatorStep(), step("regularisation"),
      averageWeights({ network: "decoder" }), drawSamples({ every: 2, network: "decoder" }), drawSamples({ every: 2, network: "encoder", head: "mean" }),
    ),
});

await describePlugin("aae with a WGAN-GP regularisation turn and a lazy R1", {
  rounds: 3,
  stops: [1],
  train: (run) =>
    train$(
      aaeGame(run), aae({ prior: swissRoll(), objective: wasserstein() }), gradientPenalty(), r1({ gamma: 0.1, every: 2 }),
      step("reconstruction"), discriminatorStep({ times: 2 }), step("regularisation"),
    ),
});

await describePlugin("aae with labels to the decoder, and codes that are independent of them", {
  rounds: 3,
  stops: [2],
  train: (run) => train$(aaeGame(run), aae({ prior: gaussian(2) }), supervisedStyle({ isIndependent: true }), step("reconstruction"), discriminatorStep(), step("regularisation")),
});

await describePlugin("semi-supervised aae with a gradient penalty on both adversaries", {
  rounds: 3,
  stops: [1],
  train: (run) =>
    train$(
      aaeGame(run), aae({ prior: gaussian(2), objective: wasserstein() }), semiSupervised({ labelled: ring, frequencies: [1, 1, 1, 1, 1, 1, 1, 1], objective: wasserstein() }),
      gradientPenalty(), gradientPenalty({ adversary: "classAdversary" }),
      step("reconstruction"), discriminatorStep(), step("regularisation"), step("classification"),
    ),
});

await describePlugin("aae with codes whose noise falls, and labels to the decoder", {
  rounds: 4,
  stops: [1, 3],
  train: (run) =>
    train$(
      aaeGame(run), aae({ prior: gaussian(2) }), noisyCodes({ deviation: linearSchedule({ from: 1, to: 0.5, rounds: 3 }) }), supervisedStyle(), r1({ gamma: 1 }),
      step("reconstruction"), discriminatorStep(), step("regularisation"), drawSamples({ every: 2, network: "encoder", head: "codes" }),
    ),
});
