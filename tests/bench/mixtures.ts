/**
 * The 2-D benchmark: which methods find the modes of a ring of 8 and of a grid of 25 Gaussians.
 *
 *   bun tests/bench/mixtures.ts                                       what is missing in results/mixtures.jsonl
 *   bun tests/bench/mixtures.ts --methods unrolled-5 --seeds 1,2      only these
 *   bun tests/bench/mixtures.ts --summary                             the table of what is there
 *
 * The set-up is that of brycesandlund/paired-discriminator: generator and discriminator 2 × 128 leaky ReLU, 16 noise
 * values, batches of 256, Adam 2e-4 (0.5, 0.999), turns 1 : 1, non-saturating; ring of radius 2, σ 0.1; grid of spacing
 * 1.5, σ 0.1; 10,000 rounds; judged on 10,000 samples of the raw weights. A mode is covered by one good sample (within
 * 3 σ), or by 1 % of all samples.
 *
 * A job is one method on one data set with one seed. It resumes from its checkpoint, appends one line when it is done, and
 * is not done again; two processes may share the work (`--seeds 1` and `--seeds 2`). A line with fewer rounds than the
 * set-up's is marked as a reduced budget.
 */
import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { adam, discriminatorStep, drawSamples, folder, gan, gaussian, generatorStep, leakyRelu, mixture, mlp, modeCoverage, trainUnordered$, type MixtureSource, type SamplesDrawn } from "../../src/index.ts";
import { mixtureMethods } from "./mixtureMethods.ts";

const FULL_ROUNDS = 10_000;
const SAMPLES = 10_000;
const BATCH = 256;
const results = new URL("./results/mixtures.jsonl", import.meta.url);
const { values: options } = parseArgs({
  options: {
    methods: { type: "string", default: Object.keys(mixtureMethods).join(",") },
    data: { type: "string", default: "ring,grid" },
    seeds: { type: "string", default: "1,2,3,4,5" },
    rounds: { type: "string", default: String(FULL_ROUNDS) },
    summary: { type: "boolean", default: false },
  },
});

interface Line {
  readonly method: string;
  readonly data: string;
  readonly seed: number;
  readonly rounds: number;
  readonly isReduced: boolean;
  readonly modes: number;
  readonly covered: number;
  readonly coveredByMass: number;
  readonly highQuality: number;
  readonly reverseKl: number;
  readonly totalVariation: number;
  readonly msPerRound: number;
}

const lines = (): readonly Line[] =>
  existsSync(results) ? readFileSync(results, "utf8").trim().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Line) : [];

const sources: Readonly<Record<string, () => MixtureSource>> = {
  ring: () => mixture("ring", { batchSize: BATCH, radius: 2, deviation: 0.1 }),
  grid: () => mixture("grid", { batchSize: BATCH, spacing: 1.5, deviation: 0.1 }),
};

async function play(method: string, data: string, seed: number, rounds: number): Promise<Line> {
  const { objective, optimizers, networks, stabilisers = [], discriminatorTurns = 1 } = mixtureMethods[method]!;
  const source = sources[data]!();
  const widths = [128, 128];
  const path = join(tmpdir(), "saddlepoint-mixtures", `${method}-${data}-${seed}`);
  const game = gan({
    data: source,
    noise: gaussian(16),
    networks: (networks ?? mlp)({ generator: { widths, activation: leakyRelu() }, discriminator: { widths, activation: leakyRelu() } }),
    objective,
    optimizers: optimizers ?? adam({ learningRate: 2e-4, beta1: 0.5 }),
    checkpoints: folder(path, { every: 2_000, keep: 1 }),
    backend: "wasm",
    readEvery: 100,
    rounds,
    seed,
  });
  let samples: SamplesDrawn | undefined;
  let elapsedMs = 0;
  const training = trainUnordered$(game, [
    ...stabilisers,
    discriminatorStep({ times: discriminatorTurns }),
    generatorStep(),
    drawSamples({ every: rounds, count: SAMPLES, weights: "raw" }),
  ]);
  for await (const event of training) {
    if (event._tag === "SamplesDrawn") samples = event;
    if (event._tag === "RunCompleted") elapsedMs = event.elapsedMs;
  }
  await training.closed;
  rmSync(path, { recursive: true, force: true });
  const { covered, coveredByMass, highQuality, reverseKl, totalVariation } = modeCoverage(samples!.values, source);
  const rounded = (value: number): number => Number(value.toFixed(4));
  return {
    method, data, seed, rounds, isReduced: rounds < FULL_ROUNDS, modes: source.modes.length, covered, coveredByMass,
    highQuality: rounded(highQuality), reverseKl: rounded(reverseKl), totalVariation: rounded(totalVariation), msPerRound: rounded(elapsedMs / rounds),
  };
}

/** Mean ± standard error of a quantity. */
function spread(values: readonly number[], digits: number): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  return `${mean.toFixed(digits)} ± ${Math.sqrt(variance / values.length).toFixed(digits)}`;
}

function summarise(): void {
  const groups = Map.groupBy(lines(), ({ data, method, rounds }) => `${data} | ${method} | ${rounds}`);
  console.log("| data | method | rounds | seeds | modes ≥ 1 | modes ≥ 1 % | % high quality | reverse KL | total variation | ms a round |");
  console.log("|---|---|---|---|---|---|---|---|---|---|");
  for (const [group, of] of [...groups].toSorted(([a], [b]) => a.localeCompare(b))) {
    const column = (pick: (line: Line) => number, digits: number): string => spread(of.map(pick), digits);
    console.log(`| ${group}${of[0]!.isReduced ? " (reduced)" : ""} | ${of.length} | ${column((l) => l.covered, 1)} | ${column((l) => l.coveredByMass, 1)} | ${column((l) => 100 * l.highQuality, 1)} | ${column((l) => l.reverseKl, 3)} | ${column((l) => l.totalVariation, 3)} | ${column((l) => l.msPerRound, 1)} |`);
  }
}

if (options.summary) summarise();
else {
  const rounds = Number(options.rounds);
  const jobs = options.seeds.split(",").map(Number).flatMap((seed) =>
    options.data.split(",").flatMap((data) => options.methods.split(",").map((method) => ({ method, data, seed }))),
  );
  for (const { method, data, seed } of jobs) {
    if (mixtureMethods[method] === undefined) throw new RangeError(`no method "${method}"; there are ${Object.keys(mixtureMethods).join(", ")}`);
    if (lines().some((line) => line.method === method && line.data === data && line.seed === seed && line.rounds >= rounds)) continue;
    const line = await play(method, data, seed, rounds);
    appendFileSync(results, `${JSON.stringify(line)}\n`);
    console.log(JSON.stringify(line));
  }
}
