import { adam, autoencoder, autoencoding, bernoulli, drawSamples, linearSchedule, step, train$ } from "../../../src/index.ts";
import { measureBounds, vae } from "../../../plugins/vae/vae.ts";
import { describePlugin } from "../../contracts/describePlugin.ts";
import { aaeGame } from "../aae/aaeGame.ts";
import { squares } from "./squares.ts";

await describePlugin("vae with a warm-up of its weight, drawn from", {
  rounds: 4,
  stops: [1, 3],
  train: (run) =>
    train$(aaeGame(run), vae({ weight: linearSchedule({ from: 0, to: 1, rounds: 3 }) }), step("reconstruction"), drawSamples({ every: 2, network: "decoder" })),
});

await describePlugin("vae of images that are 0 or 1, with its bounds", {
  rounds: 3,
  stops: [2],
  train: (run) =>
    train$(
      autoencoding({
        data: squares(8), networks: autoencoder({ codes: 2, encoder: { widths: [8] }, decoder: { widths: [8] } }),
        optimizer: adam({ learningRate: 1e-2 }), likelihood: bernoulli(), seed: 7, ...run,
      }),
      vae(), step("reconstruction"), measureBounds({ data: squares(8), likelihood: bernoulli(), count: 5, every: 2, importanceSamples: 3 }),
    ),
});
