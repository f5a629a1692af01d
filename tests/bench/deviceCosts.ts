/**
 * What each training device costs: the round of the quick start's DCGAN on MNIST with it, as a ratio of the round without.
 * The two games take turns, a lap each, in one process: pairs of laps, of which the median ratio and its quartiles are kept.
 *
 *   bun tests/bench/deviceCosts.ts                                        plays what is missing, about half a minute a device
 *   bun tests/bench/deviceCosts.ts --backend webgpu --only "R1,hinge"     only these (a name's own comma is a semicolon)
 *   bun tests/bench/deviceCosts.ts --pairs 3 --lap 4 --file /tmp/try.jsonl
 *   bun tests/bench/deviceCosts.ts --render                               the cost column of src/stabilisers/README.md from the lines
 *
 * Measure on a machine that does nothing else. The device "nothing" compares two equal games: what is within its quartiles
 * cannot be told from no cost.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openDevice, type BackendChoice } from "../../src/index.ts";
import { type Device, devices } from "./deviceCosts/devices.ts";
import { Lane } from "./deviceCosts/lane.ts";
import { renderCosts } from "./deviceCosts/renderCosts.ts";

/** One device, measured. */
export interface CostLine {
  readonly bench: "deviceCosts";
  readonly device: string;
  readonly runtime: string;
  readonly backend: string;
  readonly adapter: string;
  readonly pairs: number;
  readonly lap: number;
  /** Median of the pairs' ratios. */
  readonly ratio: number;
  readonly quartiles: readonly [number, number];
  /** Median milliseconds of a round without the device. */
  readonly withoutMs: number;
}

const { values: options } = parseArgs({
  options: {
    backend: { type: "string", default: "wasm" },
    pairs: { type: "string", default: "15" },
    // As long as the longest interval of a lazy device.
    lap: { type: "string", default: "16" },
    only: { type: "string" },
    file: { type: "string", default: fileURLToPath(new URL("results/deviceCosts.jsonl", import.meta.url)) },
    render: { type: "boolean", default: false },
  },
});
const [pairs, lap] = [Number(options.pairs), Number(options.lap)];
const lines = (): readonly CostLine[] =>
  existsSync(options.file) ? readFileSync(options.file, "utf8").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as CostLine).filter(({ quartiles }) => quartiles !== undefined) : [];

if (options.render) renderCosts(lines(), fileURLToPath(new URL("../../src/stabilisers/README.md", import.meta.url)));
else await measureAll();

async function measureAll(): Promise<void> {
  const asked = options.only?.split(",").map((name) => name.replaceAll(";", ","));
  const shared = await openDevice(options.backend as BackendChoice);
  const { runtime, backend, adapter = "none" } = shared.description;
  const isDone = (device: string): boolean =>
    lines().some((line) => line.device === device && line.backend === backend && line.runtime === runtime && line.pairs === pairs && line.lap === lap);
  try {
    for (const [device, settings] of Object.entries(devices)) {
      if (asked?.includes(device) === false || isDone(device)) continue;
      const line: CostLine = { bench: "deviceCosts", device, runtime, backend, adapter, pairs, lap, ...(await costOf(settings)) };
      appendFileSync(options.file, `${JSON.stringify(line)}\n`);
      console.log(JSON.stringify(line));
    }
  } finally {
    await shared.close();
  }
}

/** Laps with and without a device in turn; which goes first changes from pair to pair, so that a drift does not favour one. */
async function costOf(device: Device): Promise<Pick<CostLine, "ratio" | "quartiles" | "withoutMs">> {
  const { isWithoutBatchNorm = false } = device;
  const laps = pairs + 1;
  const plain = new Lane({ isWithoutBatchNorm }, options.backend as BackendChoice, lap, laps);
  const changed = new Lane(device, options.backend as BackendChoice, lap, laps);
  try {
    const [ratios, without]: [number[], number[]] = [[], []];
    for (let pair = 0; pair < laps; pair++) {
      const order = pair % 2 === 0 ? [plain, changed] : [changed, plain];
      const ms = new Map<Lane, number>();
      for (const lane of order) ms.set(lane, await lane.lap());
      // The first lap compiles and allocates.
      if (pair === 0) continue;
      ratios.push(ms.get(changed)! / ms.get(plain)!);
      without.push(ms.get(plain)!);
    }
    const rounded = (value: number): number => Number(value.toFixed(3));
    return { ratio: rounded(quantile(ratios, 0.5)), quartiles: [rounded(quantile(ratios, 0.25)), rounded(quantile(ratios, 0.75))], withoutMs: rounded(quantile(without, 0.5)) };
  } finally {
    await Promise.all([plain.close(), changed.close()]);
  }
}

/** Between the two nearest values, by distance. */
function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = q * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return below + (place - Math.floor(place)) * (above - below);
}
