/**
 * The classic picture of a GAN at work, on the line: the density of the data, that of the generated samples, and what the
 * discriminator makes of every point. It follows the best there is, p_data / (p_data + p_g), and where the generator has
 * got there both are ½.
 *
 *     bun examples/11_densities.ts
 *     deno run -A examples/11_densities.ts --seed 2
 */
import { join } from "node:path";
import { bufferCount, concatMap, lastValueFrom, type Observable } from "rxjs";
import {
  adam, array, discriminatorStep, drawSamples, fold, gan, gaussian, generatorStep, mlp, nonSaturating, normals, on, progressBar, rootKey, tanh, train$,
  withSource, writePlot, type SamplesDrawn, type Source,
} from "saddlepoint";
import { failed, readOptions } from "./commandLine.ts";

const { rounds, directory, backend, seed } = readOptions({ rounds: 2000, directory: "runs/densities" });

// Data on the line: a narrow hill and a wide one, whose density we know.
const hills = [{ mean: -1.5, deviation: 0.4 }, { mean: 1.2, deviation: 0.7 }] as const;
const bell = (x: number, deviation: number): number => Math.exp(-0.5 * (x / deviation) ** 2) / (deviation * Math.sqrt(2 * Math.PI));
const dataDensity = (x: number): number => hills.reduce((sum, { mean, deviation }) => sum + bell(x - mean, deviation) / hills.length, 0);
const samples = normals(fold(rootKey(seed), "data"), 8192).map((z, i) => hills[i % 2]!.mean + hills[i % 2]!.deviation * z);

// A third source, for the pictures only: the points at which the discriminator is asked. Sample i is the i-th point.
const [low, points, step] = [-4, 321, 0.025];
const grid: Source<never> = {
  spec: { name: "grid", options: { low, step } },
  provides: [],
  open: () => ({
    fields: { samples: { shape: [1], dtype: "float32" } },
    at: (position, count) => ({ count, fields: { samples: Float32Array.from({ length: count }, (_, i) => low + (position + i) * step) } }),
  }),
};

const plain = gan({
  data: array({ samples, shape: [1], batchSize: 256 }),
  noise: gaussian(1),
  networks: mlp({ generator: { widths: [32, 32] }, discriminator: { widths: [32, 32], activation: tanh() } }),
  objective: nonSaturating(),
  // The discriminator is given the time to follow: a faster rate, and four turns for each of the generator's.
  optimizers: { generator: adam({ learningRate: 5e-4, beta1: 0.5 }), discriminator: adam({ learningRate: 5e-3, beta1: 0.5 }) },
  rounds,
  seed,
  backend,
});
const game = { ...plain, ...withSource(plain, "grid", grid, "discriminator") };

const every = Math.max(1, Math.ceil(rounds / 12));
const events$ = train$(
  game,
  discriminatorStep({ times: 4 }),
  generatorStep(),
  drawSamples({ every, count: 4000 }),
  drawSamples({ every, count: points, network: "discriminator", head: "logits" }),
);

// Two draws make one picture.
const pictures$: Observable<string> = events$.pipe(
  progressBar(),
  on("SamplesDrawn"),
  bufferCount(2),
  concatMap(([generated, judged]) => draw(generated!, judged!)),
);
console.log(`\n${await lastValueFrom(pictures$).catch(failed)}\nPictures: ${directory}/densities-*.png`);

/** Writes one picture, and says how far apart the densities are. */
async function draw({ round, values }: SamplesDrawn, judged: SamplesDrawn): Promise<string> {
  const x = Array.from({ length: points }, (_, i) => low + i * step);
  const data = x.map(dataDensity);
  // A density of samples: every one is a bell of deviation 0.08.
  const generated = x.map((at) => values.reduce((sum, value) => sum + bell(at - value, 0.08), 0) / values.length);
  const D = Array.from(judged.values, (logit) => 1 / (1 + Math.exp(-logit)));
  // Where there is next to nothing of either, there is nothing to tell apart.
  const best = data.map((p, i) => (p + generated[i]! < 0.01 ? NaN : p / (p + generated[i]!)));
  await writePlot(join(directory, `densities-${String(round).padStart(6, "0")}.png`), {
    title: `round ${round}`,
    series: [
      { x, y: data, label: "data", colour: [70, 70, 70], isFilled: true },
      { x, y: generated, label: "generated", colour: [0, 158, 115], isFilled: true },
      { x, y: best, label: "best D", colour: [170, 190, 220] },
      { x, y: D, label: "D", colour: [0, 80, 178] },
    ],
    x: [-4, 4],
    y: [0, 1.05],
  });
  const half = (p: readonly number[], q: readonly number[]): number =>
    p.reduce((sum, mass, i) => sum + (mass === 0 ? 0 : (mass * step * Math.log((2 * mass) / (mass + q[i]!))) / 2), 0);
  const divergence = half(data, generated) + half(generated, data);
  const mass = data.map((p, i) => ((p + generated[i]!) / 2) * step);
  const away = mass.reduce((sum, share, i) => sum + share * Math.abs(D[i]! - 0.5), 0);
  return `Round ${round}: the densities are ${divergence.toFixed(4)} apart (Jensen and Shannon; at most ${Math.LN2.toFixed(4)}), D is ${away.toFixed(3)} from ½ on average.`;
}
