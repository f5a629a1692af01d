import {
  adam, classCoverage, densityCoverage, diffAugment, digitClassifier, digits, drawFrom, folder, gaussian, generate, judgeSamples, kernelDistance, nonSaturating,
  r1, trainGAN$, writeGrid, type AnyPlugin, type Command, type FeatureNetwork, type Generated, type JudgedSamples, type RunCompleted, type Source,
} from "../../../src/index.ts";
import { Subject } from "rxjs";
import { growing, growingLayers, progressive, type Stage } from "../../../plugins/progressive/progressive.ts";
import { first } from "./digitRun.ts";
import { emojiJudge } from "./emojiJudge.ts";
import { realEmoji, testEmoji, trainingEmoji } from "./notoEmoji.ts";
import type { Bench, Job, Measured, Table } from "./table.ts";

/** How players grow, in how many rounds: the channels of their maps from the finest to those of 4 × 4 pixels, and the stages. */
interface Growth {
  readonly widths: readonly number[];
  readonly stages: readonly Stage[];
  readonly rounds: number;
}

/** One data set, and how what is generated from it is judged. */
interface SetUp extends Growth {
  readonly name: string;
  readonly data: Source;
  readonly plugins: readonly AnyPlugin[];
  readonly learningRate: number;
  /** R1's γ, in proportion to the pixels. */
  readonly gamma: number;
  readonly msPerRound?: number;
  /** Samples that are judged. */
  readonly count: number;
  judge(samples: Generated): Promise<Measured>;
}

const COUNT = 2000;
const to32: Growth = {
  widths: [8, 16, 32, 64],
  stages: [{ side: 4, hold: 200 }, { side: 8, fade: 150, hold: 150 }, { side: 16, fade: 150, hold: 150 }, { side: 32, fade: 200, hold: 650 }],
  rounds: 1800,
};
const to64: Growth = {
  widths: [8, 16, 32, 48, 64],
  stages: [{ side: 32, hold: 250 }, { side: 64, fade: 200, hold: 400 }],
  rounds: 850,
};
/** The two take turns, so that what else the machine does falls on both. */
const slices = 12;

/** The inner 28 × 28 pixels of images of 32 × 32, which is where the digit is. */
function cropped(values: ArrayLike<number>, count: number): Float32Array {
  const inner = new Float32Array(count * 28 * 28);
  for (let i = 0; i < inner.length; i++) {
    const [image, row, column] = [Math.floor(i / 784), Math.floor((i % 784) / 28), i % 28];
    inner[i] = values[image * 1024 + (row + 2) * 32 + column + 2]!;
  }
  return within(inner);
}

const within = (values: ArrayLike<number>): Float32Array => Float32Array.from(values, (value) => Math.max(-1, Math.min(1, value)));

/** Kernel distance and coverage in a classifier's features, and the classes it finds; real test images are the reference. */
async function figuresOf(judge: FeatureNetwork, values: Float32Array, real: (split: "test" | "train") => Source, count: number): Promise<Measured> {
  const drawn = async (split: "test" | "train"): Promise<JudgedSamples> => judgeSamples(judge, (await drawFrom(real(split), count, { seed: 1 })).fields["samples"] as Float32Array);
  const [reference, floor, generated] = [await drawn("test"), await drawn("train"), await judgeSamples(judge, values)];
  return {
    distance: kernelDistance(generated, reference).value,
    floor: kernelDistance(floor, reference).value,
    coverage: 100 * densityCoverage(reference, generated).coverage,
    classes: classCoverage(generated).covered,
  };
}

async function judgeDigits({ values }: Generated): Promise<Measured> {
  return figuresOf(await digitClassifier(), cropped(values, COUNT), (split) => digits({ split, batchSize: COUNT }), COUNT);
}

/** The judge knows emoji of 32 pixels; of 64 it is shown the means of 2 × 2. */
async function judgeEmoji({ values }: Generated, size: 32 | 64): Promise<Measured> {
  const judge = await emojiJudge(size);
  return figuresOf(judge, within(values), (split) => realEmoji(size, split), testEmoji);
}

const emojiOf = (size: 32 | 64) => ({
  learningRate: 2e-3,
  gamma: size === 32 ? 2 : 8,
  name: `emoji, ${size} px, DiffAugment`,
  data: trainingEmoji(size),
  plugins: [diffAugment({ policies: ["translation", "cutout"] })],
  count: testEmoji,
  judge: (samples: Generated) => judgeEmoji(samples, size),
});

const setUps: readonly SetUp[] = [
  { ...to32, widths: [24, 24, 24, 24], name: "MNIST, 32 px", data: digits({ batchSize: 32, pad: 32 }), plugins: [], learningRate: 6e-3, gamma: 2, count: COUNT, judge: judgeDigits },
  { ...to32, ...emojiOf(32), msPerRound: 220 },
  { ...to64, ...emojiOf(64), msPerRound: 1_600 },
];

/** Plays one side on, to so many rounds or until it has been played for so long. */
async function play({ data, plugins, learningRate, gamma, widths, stages }: SetUp, isGrown: boolean, seed: number, bench: Bench, until: { readonly rounds: number; readonly elapsedMs?: number }): Promise<RunCompleted> {
  const control$ = new Subject<Command>();
  const sides = { widths, convolutions: 1 } as const;
  const training = trainGAN$({
    data,
    noise: gaussian(32),
    networks: growing({ generator: sides, discriminator: { ...sides, deviation: false } }),
    objective: nonSaturating(),
    optimizers: adam({ learningRate, beta1: 0, beta2: 0.99 }),
    plugins: [...plugins, r1({ gamma, every: 8 }), ...(isGrown ? [progressive({ stages })] : [])],
    averaging: { halfLife: 50 },
    checkpoints: folder(sideFolder(bench, isGrown), { every: 100_000, keep: 1 }),
    backend: bench.backend,
    readEvery: 5,
    control$,
    rounds: until.rounds,
    seed,
  });
  let end: RunCompleted | undefined;
  for await (const event of training) {
    if (event._tag === "RoundPlayed" && event.elapsedMs >= (until.elapsedMs ?? Infinity)) control$.next({ _tag: "Stop" });
    if (event._tag === "RunCompleted") end = event;
  }
  await training.closed;
  return end!;
}

function sideFolder({ folder: own }: Bench, isGrown: boolean): string {
  return `${own}/checkpoints/${isGrown ? "grown" : "ungrown"}`;
}

async function compare(setUp: SetUp, seed: number, bench: Bench): Promise<Measured> {
  const { count, rounds } = setUp;
  let grown: RunCompleted | undefined;
  let ungrown: RunCompleted | undefined;
  for (let slice = 1; slice <= slices; slice++) {
    grown = await play(setUp, true, seed, bench, { rounds: Math.round((rounds * slice) / slices) });
    if ((ungrown?.elapsedMs ?? 0) >= grown.elapsedMs) continue;
    ungrown = await play(setUp, false, seed, bench, { rounds: 20 * rounds, elapsedMs: grown.elapsedMs });
  }
  const figures = async (isGrown: boolean): Promise<Measured> => {
    const samples = await generate({ checkpoint: sideFolder(bench, isGrown), count, seed, backend: bench.backend, layers: growingLayers });
    if (seed === 1) await writeGrid(bench.picture(`${setUp.name}-${isGrown ? "grown" : "ungrown"}`.replaceAll(/[^\w]+/g, "-")), first(64, samples));
    return Object.fromEntries(Object.entries(await setUp.judge(samples)).map(([name, value]) => [`${name}${isGrown ? "Grown" : "Ungrown"}`, value]));
  };
  return {
    ...(await figures(true)),
    ...(await figures(false)),
    minutes: grown!.elapsedMs / 60_000,
    roundsUngrown: ungrown!.round,
  };
}

/** The same networks grown and fully grown from the start, for the same time. */
export const progressiveGrowth: Table = {
  name: "progressive",
  title: "Progressive growing",
  about: `
Two runs a row for the same wall time, in turns: the networks of \`growing({ widths: [8, 16, 32, 64], convolutions: 1 })\`,
for digits of as many maps at every side (24), as the paper's up to 32 pixels, grown from 4 to 32 pixels in ${to32.rounds} rounds (4 px: 200 rounds; 8 and 16 px: 150 fading, 150; 32 px: 200 fading, 650), and the same networks fully
grown from the first round, which get through fewer rounds. To 64 pixels: widths 8-16-32-48-64, from 32 pixels on, ${to64.rounds} rounds (32 px: 250;
64 px: 200 fading, 400). Non-saturating loss, R1 (γ 2, for 64 px 8, every 8), Adam 2e-3, for digits 6e-3 (0, 0.99), batches of 32,
32 noise values, averaged weights of half-life 50 rounds, minibatch deviation off (R1 does not allow it).

Judged by kernel distance (KID's) and coverage (k = 5) in a classifier's features and by the classes it finds. MNIST, padded to 32 px,
in its inner 28 px, ${COUNT} samples against as many test digits (10 classes); emoji (noto, no skin tones), ${testEmoji} samples against all
test emoji there are (8 categories), of 64 px by the means of 2 × 2 pixels. The floors are those of as many training images.

Karras et al. 2018, section 2: "comparable result quality is often obtained up to 2–6 times faster, depending on the final output
resolution", on 1024 px and for days. What is saved depends on the maps: where they halve as the side doubles, every block takes the same arithmetic, and rounds on
few pixels are not much cheaper (emoji); where they are as many everywhere, a block takes a quarter of the next (digits). Emoji of 64 pixels begun at 4 or at 16 came out
far behind the ungrown ones in one of two seeds, in trials that are not kept. Longer training should bring the two closer together.`,
  msPerRound: 150,
  columns: [
    { figure: "distanceGrown", heading: "distance, grown", digits: 4 },
    { figure: "distanceUngrown", heading: "ungrown", digits: 4 },
    { figure: "floorGrown", heading: "floor", digits: 4 },
    { figure: "coverageGrown", heading: "% coverage, grown", digits: 1 },
    { figure: "coverageUngrown", heading: "ungrown", digits: 1 },
    { figure: "classesGrown", heading: "classes, grown", digits: 1 },
    { figure: "classesUngrown", heading: "ungrown", digits: 1 },
    { figure: "roundsUngrown", heading: "rounds, ungrown", digits: 0 },
    { figure: "minutes", heading: "minutes each", digits: 1 },
  ],
  jobs: setUps.flatMap((setUp) =>
    [1, 2, 3].map((seed): Job => ({
      row: setUp.name,
      seed,
      rounds: setUp.rounds,
      reduced: "batches of 32 and narrow maps, for minutes in place of days",
      ...(setUp.msPerRound === undefined ? {} : { msPerRound: setUp.msPerRound }),
      run: (bench) => compare(setUp, seed, bench),
    })),
  ),
};
