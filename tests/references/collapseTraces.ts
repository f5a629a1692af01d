/**
 * Records what `watchCollapse` sees of runs, for tests/probes/collapseDetector.test.ts. healthyTraces.json: runs that go well,
 * five seeds each of a ring of eight Gaussians, of the same under a Wasserstein critic with gradient penalty, and of handwritten digits. hoppingTraces.json: three seeds of narrow modes under
 * a generator that learns ten times as fast as the discriminator, with momentum. Numbers are kept to three figures.
 *
 *   deno run -A --no-check tests/references/collapseTraces.ts ring|critic|digits|hopping   adds or replaces the runs of one game
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import {
  adam, averageWeights, dcgan, digitClassifier, digits, discriminatorStep, drawSamples, gan, gaussian, generatorStep, gradientPenalty, mixture, mlp, nonSaturating,
  trainUnordered$, wasserstein, watchGradients, type AnyPlugin, type CollapseObservation, type Game, type ObservedOptions,
} from "../../src/index.ts";
import { collapseObserver } from "../../src/probes/collapseObserver.ts";

export interface Trace {
  readonly game: string;
  readonly seed: number;
  readonly observations: readonly CollapseObservation[];
}

interface Recorded {
  readonly game: (seed: number) => Game;
  readonly every: number;
  readonly isHealthy: boolean;
  readonly averaging?: readonly AnyPlugin[];
  readonly penalties?: readonly AnyPlugin[];
  readonly times?: number;
  readonly classes: () => Promise<NonNullable<ObservedOptions["classes"]>>;
}

const ring = mixture("ring", { batchSize: 128, radius: 2, deviation: 0.1 });
const narrow = mixture("ring", { batchSize: 128, radius: 2, deviation: 0.02 });
const run = { objective: nonSaturating(), backend: "wasm", readEvery: 25 } as const;
const games: Readonly<Record<string, Recorded>> = {
  ring: {
    game: (seed) =>
      gan({
        ...run, data: ring, noise: gaussian(16), seed, rounds: 1500,
        networks: mlp({ generator: { widths: [64, 64] }, discriminator: { widths: [64, 64] } }),
        optimizers: adam({ learningRate: 1e-3, beta1: 0.5 }),
      }) as Game,
    every: 150,
    isHealthy: true,
    classes: async () => ring,
  },
  critic: {
    game: (seed) =>
      gan({
        ...run, objective: wasserstein(), data: ring, noise: gaussian(16), seed, rounds: 1000,
        networks: mlp({ generator: { widths: [64, 64] }, discriminator: { widths: [64, 64] } }),
        optimizers: adam({ learningRate: 1e-3, beta1: 0, beta2: 0.9 }),
      }) as Game,
    every: 100,
    isHealthy: true,
    penalties: [gradientPenalty({ weight: 0.1 })],
    times: 3,
    classes: async () => ring,
  },
  digits: {
    game: (seed) =>
      gan({
        ...run, data: digits({ batchSize: 32 }), noise: gaussian(16), seed, rounds: 600,
        networks: dcgan({ generator: { widths: [24, 48] }, discriminator: { widths: [12, 24, 48, 96] } }),
        optimizers: { generator: adam({ learningRate: 2e-3, beta1: 0.5 }), discriminator: adam({ learningRate: 1e-3, beta1: 0.5 }) },
      }) as Game,
    every: 60,
    isHealthy: true,
    averaging: [averageWeights({ halfLife: 100 })],
    classes: digitClassifier,
  },
  hopping: {
    game: (seed) =>
      gan({
        ...run, data: narrow, noise: gaussian(16), seed, rounds: 1500,
        networks: mlp({ generator: { widths: [64, 64] }, discriminator: { widths: [64, 64] } }),
        optimizers: { generator: adam({ learningRate: 3e-3, beta1: 0.9 }), discriminator: adam({ learningRate: 3e-4, beta1: 0.9 }) },
      }) as Game,
    every: 100,
    isHealthy: false,
    classes: async () => narrow,
  },
};

const name = process.argv[2] ?? "ring";
const { game, every, isHealthy, averaging = [], penalties = [], times = 1, classes } = games[name]!;
const file = new URL(isHealthy ? "./healthyTraces.json" : "./hoppingTraces.json", import.meta.url);
const short = (values: readonly number[]): number[] => values.map((value) => Number(value.toPrecision(3)));
for (const seed of isHealthy ? [1, 2, 3, 4, 5] : [1, 2, 3]) {
  const observer = collapseObserver({ classes: await classes() });
  const observations: CollapseObservation[] = [];
  const events = trainUnordered$(game(seed), [...penalties, watchGradients({ every: 10 }), discriminatorStep({ times }), generatorStep(), ...averaging, drawSamples({ every, count: 128, isFixed: false })]);
  for await (const event of events) {
    if (event._tag === "RoundPlayed") observer.note(event);
    if (event._tag !== "SamplesDrawn") continue;
    const { losses, gradients = [], shares = [], spread = 0, round } = await observer.observe(event);
    observations.push({
      round,
      shares: short(shares),
      spread: Number(spread.toPrecision(3)),
      losses: Object.fromEntries(Object.entries(losses).map(([turn, values]) => [turn, short(values)])),
      gradients: short(gradients),
    });
  }
  const others = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Trace[]).filter((trace) => trace.game !== name || trace.seed !== seed) : [];
  writeFileSync(file, `[\n${[...others, { game: name, seed, observations }].map((trace) => JSON.stringify(trace)).join(",\n")}\n]\n`);
  console.log(name, seed, observations.at(-1)?.shares?.join(" "));
}
