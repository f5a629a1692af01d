import type { CollapseKind } from "../game/event.ts";
import { median } from "./median.ts";
import { periodicity } from "./periodicity.ts";

/** What was seen of a run at one time, in plain numbers. What is not known is left out. */
export interface CollapseObservation {
  /** Rounds played. */
  readonly round: number;
  /** Share of the samples in each class or mode. */
  readonly shares?: readonly number[];
  /** Root mean square distance of the samples from their mean. */
  readonly spread?: number;
  /** Losses by turn, round by round since the observation before. */
  readonly losses: Readonly<Record<string, readonly number[]>>;
  /** Norms of the generator's gradient since the observation before. */
  readonly gradients?: readonly number[];
}

/** A suspicion, with the numbers it rests on. */
export interface Suspicion {
  readonly kind: CollapseKind;
  readonly message: string;
  readonly evidence: Readonly<Record<string, number>>;
}

/** A single class this large is the only one there is. */
const DOMINANT = 0.75;
/** Of the best coverage (classes) or the usual one (spread) so far. */
const HALF = 0.5;
const QUARTER = 0.25;
/** Observations after which samples should not all be of one class any more. */
const SLOWEST_START = 6;
/** Of the largest there was. */
const DEAD = 1e-3;
/** Times what is usual for this run. */
const EXPLODING = 100;
/** Below it a gradient moves nothing whatever is usual. */
const NO_GRADIENT = 1e-9;
/** Part of a loss' variance that repeats itself one period later, and its swing relative to its size. */
const PERIODIC = 0.6;
const SWING = 0.2;
const FEWEST_ROUNDS = 96;

/**
 * What the newest of these observations is suspected of, judged against those before it. Pure: no suspicion is remembered.
 *
 * - **coverage lost**: the number of classes in use, exp(entropy of the shares), is below half of the best so far, twice in a
 *   row; all samples have been of one class for six observations; or, where no classes are known, the samples' spread is
 *   below a quarter of its median, twice in a row.
 * - **mode hopping**: one class has more than ¾ of the samples, and at the observation before another one had.
 * - **dead gradient**: the generator's gradient is less than a thousandth of what it was at best, or nothing.
 * - **oscillation**: a loss repeats itself: after a dip below −0.4, its autocorrelation comes back above 0.6, and its swing is
 *   more than a fifth of its size, over the last two observations and at least 96 rounds.
 * - **divergence**: a number is not finite, or a loss or the gradient is more than a hundred times what was usual.
 *
 * @param history oldest first
 */
export function collapseDetector(history: readonly CollapseObservation[]): readonly Suspicion[] {
  const now = history.at(-1);
  if (now === undefined) return [];
  const earlier = history.slice(0, -1);
  return [coverageLost(now, earlier), modeHopping(now, earlier), deadGradient(now, earlier), oscillation(history), divergence(now, earlier)]
    .filter((suspicion) => suspicion !== undefined);
}

/** exp(−Σ p log p): how many equally large classes would be as diverse. */
export function effectiveClasses(shares: readonly number[]): number {
  return Math.exp(-shares.reduce((sum, share) => (share > 0 ? sum + share * Math.log(share) : sum), 0));
}

function coverageLost(now: CollapseObservation, earlier: readonly CollapseObservation[]): Suspicion | undefined {
  const before = earlier.at(-1);
  const { shares, spread } = now;
  if (shares !== undefined) {
    const counts = [...earlier, now].flatMap((each) => (each.shares === undefined ? [] : [effectiveClasses(each.shares)]));
    const classes = counts.at(-1)!;
    const best = Math.max(...counts);
    const isLost = counts.slice(-2).length === 2 && counts.slice(-2).every((count) => count < HALF * best);
    const recent = counts.slice(-SLOWEST_START);
    const neverCovered = recent.length === SLOWEST_START && recent.every((count) => count < 1.2);
    if (!isLost && !neverCovered) return undefined;
    const words = isLost ? `${figures(classes)} classes are in use, of ${figures(best)} at best` : `only ${figures(classes)} of ${shares.length} classes are in use`;
    return { kind: "coverage lost", message: `${words}.`, evidence: { classes, best, largest: Math.max(...shares) } };
  }
  const spreads = earlier.flatMap((each) => (each.spread === undefined ? [] : [each.spread]));
  if (spread === undefined || before?.spread === undefined || spreads.length < 3) return undefined;
  const usual = median(spreads.slice(0, -1));
  if (!(spread < QUARTER * usual && before.spread < QUARTER * usual)) return undefined;
  return { kind: "coverage lost", message: `the samples spread by ${figures(spread)}, ${figures(usual)} is usual.`, evidence: { spread, usual } };
}

function modeHopping({ shares }: CollapseObservation, earlier: readonly CollapseObservation[]): Suspicion | undefined {
  const before = earlier.at(-1)?.shares;
  // The first samples are those of hardly trained weights.
  if (shares === undefined || before === undefined || earlier.length < 2) return undefined;
  const [from, to] = [largest(before), largest(shares)];
  if (from.share < DOMINANT || to.share < DOMINANT || from.place === to.place) return undefined;
  return {
    kind: "mode hopping",
    message: `class ${to.place} has ${percent(to.share)} of the samples, before it class ${from.place} had ${percent(from.share)}.`,
    evidence: { from: from.place, to: to.place, fromShare: from.share, toShare: to.share },
  };
}

function deadGradient({ gradients = [], losses }: CollapseObservation, earlier: readonly CollapseObservation[]): Suspicion | undefined {
  if (gradients.length === 0) return undefined;
  const norm = median(gradients);
  const norms = earlier.flatMap((each) => (each.gradients === undefined || each.gradients.length === 0 ? [] : [median(each.gradients)]));
  const best = Math.max(0, ...norms);
  if (!(norm < NO_GRADIENT || norm < DEAD * best)) return undefined;
  const loss = losses["discriminator"];
  const discriminatorLoss = loss === undefined || loss.length === 0 ? undefined : median(loss);
  return {
    kind: "dead gradient",
    message: `the generator's gradient has a norm of ${figures(norm)}, it was ${figures(best)} at best${discriminatorLoss === undefined ? "" : `; the discriminator's loss is ${figures(discriminatorLoss)}`}.`,
    evidence: { norm, best, ...(discriminatorLoss === undefined ? {} : { discriminatorLoss }) },
  };
}

function oscillation(history: readonly CollapseObservation[]): Suspicion | undefined {
  for (const turn of Object.keys(history.at(-1)!.losses)) {
    // The last two observations, or as many as make a series long enough to see a period in.
    let series: readonly number[] = [];
    for (let i = history.length - 1; i >= 0 && (series.length < FEWEST_ROUNDS || i >= history.length - 2); i--) series = [...(history[i]!.losses[turn] ?? []), ...series];
    if (series.length < FEWEST_ROUNDS || !series.every(Number.isFinite)) continue;
    const found = periodicity(series);
    const size = median(series.map(Math.abs));
    if (found === undefined || found.correlation < PERIODIC || found.deviation < SWING * size) continue;
    const { period, correlation, deviation } = found;
    return {
      kind: "oscillation",
      message: `loss/${turn} swings by ${figures(deviation)} around ${figures(median(series))} every ${period} rounds.`,
      evidence: { period, correlation, deviation, size },
    };
  }
  return undefined;
}

function divergence(now: CollapseObservation, earlier: readonly CollapseObservation[]): Suspicion | undefined {
  const numbers: Record<string, readonly number[]> = {
    ...Object.fromEntries(Object.entries(now.losses).map(([turn, values]) => [`loss/${turn}`, values])),
    "the generator's gradient": now.gradients ?? [],
    "the samples' spread": now.spread === undefined ? [] : [now.spread],
    "the shares of the classes": now.shares ?? [],
  };
  for (const [name, values] of Object.entries(numbers)) {
    const broken = values.findIndex((value) => !Number.isFinite(value));
    if (broken >= 0) return { kind: "divergence", message: `${name} became ${values[broken]}.`, evidence: { value: values[broken]! } };
  }
  const exploded = (name: string, values: readonly number[], before: readonly number[], least: number): Suspicion | undefined => {
    if (values.length === 0 || before.length === 0) return undefined;
    const [size, usual] = [median(values.map(Math.abs)), Math.max(least, median(before.map(Math.abs)))];
    if (size <= EXPLODING * usual) return undefined;
    return { kind: "divergence", message: `${name} has grown to ${figures(size)}, ${figures(usual)} was usual.`, evidence: { size, usual } };
  };
  for (const [turn, values] of Object.entries(now.losses)) {
    // Losses that start at 0 (Wasserstein) may grow by any factor; not by any amount.
    const found = exploded(`loss/${turn}`, values, earlier.flatMap(({ losses }) => losses[turn] ?? []), 1);
    if (found !== undefined) return found;
  }
  return exploded("the generator's gradient", now.gradients ?? [], earlier.flatMap(({ gradients = [] }) => gradients), Number.MIN_VALUE);
}

function largest(shares: readonly number[]): { readonly place: number; readonly share: number } {
  const share = Math.max(...shares);
  return { place: shares.indexOf(share), share };
}

function figures(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
