import { codeAgreement } from "../../../plugins/infogan/codeAgreement.ts";
import { infogan, type InfoganOptions } from "../../../plugins/infogan/infogan.ts";
import { traverse } from "../../../plugins/infogan/traverse.ts";
import {
  attributeValues, categorical, correlation, drawFrom, gaussian, slant, strokeWidth, uniform, writeGrid, type Generated, type ImageAttribute,
} from "../../../src/index.ts";
import { digitRecipe, judged, playDigits, tenDigits, type PlayedDigits } from "./digitRun.ts";
import type { Bench, Job, Measured, Table } from "./table.ts";

const seeds = [1, 2, 3];
const rounds = 4_000;
const count = 2_000;
const columns = 11;

const rows: Readonly<Record<string, InfoganOptions>> = {
  "infogan": {},
  "GAN with Q trained beside it": { rewardsGenerator: false },
};

async function play(row: string, seed: number, bench: Bench): Promise<Measured> {
  const played = await playDigits(bench, { rounds, seed, plugins: [infogan(rows[row]!)] });
  const given = await latentsOf(count);
  const samples = await played.sample(count, given);
  const { predictions } = await judged(samples.values);
  const { agreement, matching } = codeAgreement(given.category1, predictions);
  if (seed === 1) await writeTraversals(row, bench, played, matching);
  return {
    information: played.metric("information/category1"),
    codesInformation: played.metric("information/codes"),
    agreement: 100 * agreement,
    ...correlationsOf(samples, given),
  };
}

/** Codes and noise of samples that are looked at together. */
async function latentsOf(rowCount: number) {
  const [noise, categories, codes] = await Promise.all([
    drawFrom(gaussian(16), rowCount),
    drawFrom(categorical<"category1">(10, { field: "category1" }), rowCount),
    drawFrom(uniform<"codes">(2, { field: "codes" }), rowCount),
  ]);
  return { noise: noise.fields.noise, category1: categories.fields.category1, codes: codes.fields.codes };
}

/** How far each attribute follows a continuous code, within categories: the largest |r|, and that of the other code. */
function correlationsOf(samples: Generated, { category1, codes }: Awaited<ReturnType<typeof latentsOf>>): Measured {
  const of = (name: string, attribute: ImageAttribute): Measured => {
    const values = centredByCategory(attributeValues(attribute, samples), category1);
    const sizes = [0, 1].map((code) => Math.abs(correlation(Float64Array.from({ length: count }, (_, i) => codes[2 * i + code]!), values)));
    return { [name]: Math.max(...sizes), [`${name}Other`]: Math.min(...sizes), [`${name}Code`]: sizes.indexOf(Math.max(...sizes)) + 1 };
  };
  return { ...of("slant", slant()), ...of("width", strokeWidth()) };
}

function centredByCategory(values: Float64Array, categories: ArrayLike<number>): Float64Array {
  const [sums, counts] = [new Float64Array(10), new Float64Array(10)];
  values.forEach((value, i) => {
    sums[categories[i]!]! += value;
    counts[categories[i]!]! += 1;
  });
  return values.map((value, i) => value - sums[categories[i]!]! / counts[categories[i]!]!);
}

/** Grids in which one code varies along each line: the category, then either continuous code for each category. */
async function writeTraversals(row: string, bench: Bench, played: PlayedDigits, matching: readonly number[]): Promise<void> {
  const name = row.replaceAll(/\W+/g, "-");
  const { noise } = await latentsOf(10);
  // Columns in the order of the digits the categories are matched with.
  const ordered = tenDigits.map((digit) => matching.indexOf(digit));
  const from = { noise, category1: ordered, codes: new Float32Array(20) };
  const byCategory = await played.sample(100, traverse({ from, rows: 10, field: "category1", values: ordered }));
  await writeGrid(bench.picture(`${name}-categories`), byCategory, { columns: 10 });
  const values = Array.from({ length: columns }, (_, i) => -2 + (4 * i) / (columns - 1));
  for (const coordinate of [0, 1]) {
    const byCode = await played.sample(10 * columns, traverse({ from, rows: 10, field: "codes", coordinate, values }));
    await writeGrid(bench.picture(`${name}-code${coordinate + 1}`), byCode, { columns });
  }
}

export const infoganDigits: Table = {
  name: "infogan",
  title: "InfoGAN: codes found without labels",
  about:
    `One categorical code of ten classes and two continuous ones. ${digitRecipe} ${rounds} rounds. The bound is E[log q(c | x)] + H(c) of the categorical code, ` +
    "over the last 200 rounds: at most ln 10 = 2.303 nats (asked: at least 2.2; a GAN whose heads are trained beside it, but that is not rewarded for being " +
    "read: near 0). Agreement: the best one-to-one matching of codes with the judge's digits, of 2,000 samples; the paper reports 95 %. Slant and stroke " +
    "width: |r| with the continuous code that has more of it, within categories, and with the other code. In the pictures a code runs along each line: the category, " +
    "or a continuous code from −2 to 2. Longer training should raise the bounds of the continuous codes and what they say of slant and width; the categorical one is near its end, and which digits " +
    "a category has taken early it keeps, so that the agreement should change less.",
  msPerRound: 60,
  columns: [
    { figure: "information", heading: "bound, nats", digits: 3 },
    { figure: "codesInformation", heading: "of the continuous codes", digits: 3 },
    { figure: "agreement", heading: "agreement, %", digits: 1 },
    { figure: "slant", heading: "slant, |r|", digits: 2 },
    { figure: "slantOther", heading: "other code", digits: 2 },
    { figure: "width", heading: "width, |r|", digits: 2 },
    { figure: "widthOther", heading: "other code", digits: 2 },
  ],
  jobs: Object.keys(rows).flatMap((row) => seeds.map((seed): Job => ({ row, seed, rounds, run: (bench) => play(row, seed, bench) }))),
};
