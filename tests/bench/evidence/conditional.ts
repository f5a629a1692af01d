import { conditional } from "../../../plugins/conditional/conditional.ts";
import {
  conditions, dcgan, diffAugment, digitClassifier, digits, drawFrom, fold, writeGrid, type AnyPlugin, type Batch, type FeatureNetwork,
  type NetworkPair, type Source,
} from "../../../src/index.ts";
import { agreement, digitRecipe, first, judged, playDigits, type PlayedDigits } from "./digitRun.ts";
import { emojiJudge } from "./emojiJudge.ts";
import { judgedFigures } from "./judgedFigures.ts";
import { realEmoji, testEmoji, trainingEmoji } from "./notoEmoji.ts";
import type { Bench, Job, Measured, Table } from "./table.ts";

const seeds = [1, 2, 3];
const count = 2_000;

/** What is asked for, how, and by whom it is judged. */
interface Row {
  readonly plugins: readonly AnyPlugin[];
  readonly data: Source<"samples" | "labels">;
  readonly networks?: NetworkPair;
  readonly classes: number;
  readonly judge: () => Promise<FeatureNetwork>;
  /** All real samples that are not trained on, for a distance to them, asked for their labels. */
  readonly test?: Source<"samples" | "labels">;
  readonly rounds: number;
  readonly msPerRound?: number;
}

const mnist = { data: digits({ batchSize: 32 }), classes: 10, judge: digitClassifier, rounds: 4_000 };

/** Emoji by category; the judge knows them with 32 pixels. Resized maps, as transposed convolutions leave the trace of their strides in colours. */
function emojiRow(size: 32 | 64, rounds: number): Row {
  const widths = size === 32 ? [24, 48, 96] : [24, 48, 96, 128];
  return {
    plugins: [conditional({ generator: "batchNorm", discriminator: "projection" }), diffAugment({ policies: ["translation", "cutout"] })],
    data: trainingEmoji(size),
    networks: dcgan({ generator: { widths, upsampling: "resize" }, discriminator: { widths } }),
    classes: 8,
    judge: () => emojiJudge(size),
    test: realEmoji(size, "test"),
    rounds,
  };
}

const rows: Readonly<Record<string, Row>> = {
  "concatenation": { ...mnist, plugins: [conditional()] },
  "conditional batch norm, projection": { ...mnist, plugins: [conditional({ generator: "batchNorm", discriminator: "projection" })] },
  "concatenation, shuffled labels": { ...mnist, plugins: [conditional()], data: withShuffledLabels(mnist.data) },
  "emoji by category, 32 px, DiffAugment": { ...emojiRow(32, 3_000), msPerRound: 120 },
  "emoji by category, 64 px, DiffAugment": { ...emojiRow(64, 2_000), msPerRound: 650 },
};

async function play(name: string, seed: number, bench: Bench): Promise<Measured> {
  const { plugins, data, networks, classes, judge, test, rounds } = rows[name]!;
  const played = await playDigits(bench, { rounds, seed, plugins, data, ...(networks === undefined ? {} : { networks }) });
  const labels = Array.from({ length: classes }, (_, label) => label);
  const samples = await played.sample(count, { labels });
  const { predictions, meanConfidence } = await judged(samples.values, judge);
  const real = (await drawFrom(data, count)).fields;
  const byClass = labels.map((label) => agreement(new Int32Array(count).fill(label), predictions.filter((_, i) => samples.labels![i] === label)));
  if (seed === 1) await writeGrid(bench.picture(name.replaceAll(/\W+/g, "-")), first(10 * classes, samples), { columns: classes });
  return {
    agreement: 100 * agreement(samples.labels!, predictions),
    realAgreement: 100 * agreement(real.labels, (await judged(real.samples as Float32Array, judge)).predictions),
    worstClass: 100 * Math.min(...byClass),
    confidence: meanConfidence,
    ...(test === undefined ? {} : await besideTest(test, judge, played)),
  };
}

/** Fréchet distance and coverage, on the scale of the diffusion table's emoji. */
async function besideTest(test: Source<"samples" | "labels">, judge: Row["judge"], played: PlayedDigits): Promise<Measured> {
  const real = (await drawFrom(test, testEmoji, { seed: 1 })).fields;
  const samples = await played.sample(testEmoji, { labels: real.labels });
  const { frechet, coverage } = judgedFigures(await judged(samples.values, judge), await judged(real.samples as Float32Array, judge));
  return { frechet, coverage };
}

/** Real samples beside labels that have nothing to do with them, in the same shares. */
function withShuffledLabels(source: Source<"samples" | "labels">): Source<"samples" | "labels"> {
  const other = conditions(source);
  return {
    ...source,
    spec: { name: "withShuffledLabels", options: { source: { ...source.spec } } },
    open: async (context) => {
      const open = await source.open(context);
      const labels = await other.open({ ...context, key: fold(context.key, "shuffled") });
      return {
        ...open,
        at: async (position, count, signal): Promise<Batch> => {
          const [batch, unrelated] = await Promise.all([open.at(position, count, signal), labels.at(position, count, signal)]);
          return { count, fields: { ...batch.fields, ...unrelated.fields } };
        },
      };
    },
  };
}

export const conditionalDigits: Table = {
  name: "conditional",
  title: "Conditional GAN: what was asked for",
  about:
    `Both players are told the class. ${digitRecipe} ${mnist.rounds} rounds. Agreement: how often the judge sees the class that was asked for, of ${count} samples, and ` +
    "beside it, how often it sees the label of a real one; asked of digits: at least 95 %, and about 10 % where the labels of the real digits are shuffled. " +
    "Emoji: Noto's, by eight categories, told by conditional batch norm and projection; generators that resize, DiffAugment, widths 24-48-96 in both players, 3000 rounds, judged by emojiClassifier, whose word on categories is rough; " +
    `at 64 pixels with widths 24-48-96-128, 2000 rounds, shown to the judge as means of 2 × 2 pixels. Fréchet distance and coverage: of ${testEmoji} samples and all test emoji, as in the table of diffusion. ` +
    "Longer training should change little for the digits asked for, which are near the judge's own word on " +
    "real ones, more for the worst class, and most for emoji, whose shapes come late. Published on CIFAR-10, of other networks, each beside the same code's unconditional GAN (Inception Score, FID): " +
    "CGAN 7.56, 25.5 and 7.03, 24.7 (xyfJASON); projection discriminator 8.25, 10.8 and 7.97, 16.8 (mimicry). Of MNIST the paper has a Parzen estimate, below the plain GAN's 225 ± 2.",
  msPerRound: 50,
  columns: [
    { figure: "agreement", heading: "agreement, %", digits: 1 },
    { figure: "realAgreement", heading: "of real ones, %", digits: 1 },
    { figure: "worstClass", heading: "worst class, %", digits: 1 },
    { figure: "confidence", heading: "judge's confidence", digits: 3 },
    { figure: "frechet", heading: "Fréchet", digits: 2 },
    { figure: "coverage", heading: "coverage", digits: 3 },
  ],
  jobs: Object.entries(rows).flatMap(([row, { rounds, msPerRound }]) =>
    seeds.map((seed): Job => ({ row, seed, rounds, ...(msPerRound === undefined ? {} : { msPerRound }), run: (bench) => play(row, seed, bench) }))),
};
