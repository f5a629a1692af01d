import { Bench } from "tinybench";

/** Something that is measured against others. Answers with the milliseconds of its own measurement. */
export interface Runner {
  readonly name: string;
  run(): Promise<number>;
}

/** Samples of one runner, with those that another made in the same laps. */
export interface Figures {
  readonly medianMs: number;
  /** Lower and upper quartile. */
  readonly spreadMs: readonly [number, number];
  readonly samples: readonly number[];
}

/**
 * Measures runners in turns: each once a lap, another first in every lap, so that what slows the machine for a while slows
 * all alike. A lap more is played before, in which code is compiled, and not counted. One that throws is left out from then on, and `failed` is told.
 */
export async function interleaved(runners: readonly Runner[], laps: number, failed: (name: string, problem: Error) => void): Promise<ReadonlyMap<string, Figures>> {
  const samples = new Map<string, number[]>(runners.map(({ name }) => [name, []]));
  let racing = [...runners];
  for (let lap = 0; lap <= laps && racing.length > 0; lap++) {
    const bench = new Bench({ iterations: 1, time: 0, warmup: false, retainSamples: true });
    const first = lap % racing.length;
    for (const { name, run } of [...racing.slice(first), ...racing.slice(0, first)]) bench.add(name, async () => ({ overriddenDuration: await run() }), { async: true });
    await bench.run();
    for (const { name, result } of bench.tasks) {
      if (result.state === "completed" && lap > 0) samples.get(name)!.push(result.latency.p50);
      if (result.state !== "errored") continue;
      failed(name, result.error);
      samples.delete(name);
      racing = racing.filter((runner) => runner.name !== name);
    }
  }
  return new Map([...samples].map(([name, of]) => [name, { medianMs: quantile(of, 0.5), spreadMs: [quantile(of, 0.25), quantile(of, 0.75)], samples: of }]));
}

/** How many times as long as `other` it took: the median over the laps, with the quartiles. */
export function ratioTo(one: Figures, other: Figures): readonly [number, number, number] {
  const ratios = one.samples.map((sample, lap) => sample / other.samples[lap]!);
  return [quantile(ratios, 0.5), quantile(ratios, 0.25), quantile(ratios, 0.75)];
}

/** Between the two nearest samples. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  return low + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? Number.NaN) - low);
}

/** For JSON: four digits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
