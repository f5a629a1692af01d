/**
 * The smallest GAN there is to look at. Real samples are points on a ring of eight Gaussians; two networks of fully
 * connected layers learn to make such points. Every picture shows real points in grey and generated ones in blue.
 *
 *     bun examples/10_gaussians.ts
 *     deno run -A examples/10_gaussians.ts --seed 2
 */
import { lastValueFrom } from "rxjs";
import {
  adam, averageWeights, discriminatorStep, drawFrom, drawSamples, gan, gaussian, generatorStep, mixture, mlp, modeCoverage, nonSaturating, on,
  progressBar, sampleGrid, train$,
} from "saddlepoint";
import { failed, readOptions } from "./commandLine.ts";

const { rounds, directory, backend, seed } = readOptions({ rounds: 4000, directory: "runs/gaussians" });

// Real points. A mixture knows its modes: at the end we can count how many of them were found.
const ring = mixture("ring", { batchSize: 128, deviation: 0.05 });

// What is played: the generator makes points of noise, the discriminator tells them from real ones.
const game = gan({
  data: ring,
  noise: gaussian(8),
  networks: mlp(),
  objective: nonSaturating(),
  optimizers: adam({ learningRate: 2e-3, beta1: 0.5 }),
  rounds,
  seed,
  backend,
});

// How it is played: a round passes through these from left to right, and what happens comes out as events.
const events$ = train$(
  game,
  discriminatorStep(),
  generatorStep(),
  averageWeights({ halfLife: 200 }),
  drawSamples({ every: 500, count: 2500 }),
);

// Nothing has happened so far: a run begins when somebody subscribes.
const { samples } = (await drawFrom(ring, 1000)).fields;
const last = await lastValueFrom(
  events$.pipe(sampleGrid(directory, { real: samples }), progressBar(), on("SamplesDrawn")),
).catch(failed);

const { coveredByMass, highQuality } = modeCoverage(last.values, ring);
console.log(`
${coveredByMass} of ${ring.modes.length} modes found, ${(100 * highQuality).toFixed(0)} % of the points within three deviations of one.
Pictures: ${directory}/samples-*.png`);
