import { conditional, type ConditionalOptions } from "../../../plugins/conditional/conditional.ts";
import { conditions, digits, fold, writeGrid, type Batch, type Source } from "../../../src/index.ts";
import { agreement, digitRecipe, first, judged, playDigits, tenDigits } from "./digitRun.ts";
import type { Bench, Job, Measured, Table } from "./table.ts";

const seeds = [1, 2, 3];
const rounds = 4_000;
const data = digits({ batchSize: 32 });

const rows: Readonly<Record<string, { readonly options?: ConditionalOptions; readonly data?: Source<"samples" | "labels"> }>> = {
  "concatenation": {},
  "conditional batch norm, projection": { options: { generator: "batchNorm", discriminator: "projection" } },
  "concatenation, shuffled labels": { data: withShuffledLabels(data) },
};

async function play(row: string, seed: number, bench: Bench): Promise<Measured> {
  const { options = {}, data: source = data } = rows[row]!;
  const played = await playDigits(bench, { rounds, seed, plugins: [conditional(options)], data: source });
  const samples = await played.sample(2_000, { labels: tenDigits });
  const { predictions, meanConfidence } = await judged(samples.values);
  const byDigit = tenDigits.map((digit) => agreement(tenDigits.map(() => digit), predictions.filter((_, i) => samples.labels![i] === digit)));
  if (seed === 1) await writeGrid(bench.picture(row.replaceAll(/\W+/g, "-")), first(100, samples), { columns: 10 });
  return {
    agreement: 100 * agreement(samples.labels!, predictions),
    worstDigit: 100 * Math.min(...byDigit.filter(Number.isFinite)),
    confidence: meanConfidence,
  };
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
  title: "Conditional GAN: digits that were asked for",
  about:
    `Both players are told the digit. ${digitRecipe} ${rounds} rounds. Agreement: how often the judge sees the digit that was asked for, of 2,000 samples; ` +
    "asked: at least 95 %, and about 10 % where the labels of the real digits are shuffled.",
  columns: [
    { figure: "agreement", heading: "agreement, %", digits: 1 },
    { figure: "worstDigit", heading: "worst digit, %", digits: 1 },
    { figure: "confidence", heading: "judge's confidence", digits: 3 },
  ],
  jobs: Object.keys(rows).flatMap((row) => seeds.map((seed): Job => ({ row, seed, rounds, run: (bench) => play(row, seed, bench) }))),
};
