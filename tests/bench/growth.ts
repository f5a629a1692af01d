/**
 * How a round's cost grows with the batch and with the width of the networks, beside its arithmetic: sizes in turns, in one
 * run. One JSON line per size; `growth` is how many times the time of the smallest size it takes, `arithmetic` how many
 * times its arithmetic, `ratio` the one over the other: at most 1 where the step grows no faster than the arithmetic.
 *
 *   bun tests/bench/growth.ts --backend wasm
 *   deno run -A tests/bench/growth.ts --backend webgpu --net mlp
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { runtimeName } from "../../src/platform/runtime.ts";
import { interleaved, ratioTo, rounded } from "./speed/interleaved.ts";
import { byHand } from "./speed/library.ts";
import { type Workload, workloads } from "./speed/workloads.ts";

const { values: options } = parseArgs({
  options: {
    backend: { type: "string", default: "wasm" },
    net: { type: "string", default: "mlp,dcgan" },
    laps: { type: "string", default: "7" },
    rounds: { type: "string", default: "3" },
  },
});
const backend = options.backend as "webgpu" | "wasm";
const batches = { mlp: [64, 128, 256, 512, 1024], dcgan: [8, 16, 32, 64, 128] } as const;
const widths = { mlp: [32, 64, 128, 256], dcgan: [8, 16, 32, 64] } as const;

for (const net of options.net.split(",") as ("mlp" | "dcgan")[]) {
  const base: Workload = net === "mlp" ? workloads.mlp : { ...workloads.dcgan28, batch: 32 };
  const widened = (width: number): Workload => ({ ...base, nets: { kind: net, widths: net === "mlp" ? [width, width, width] : [width, 2 * width] } });
  await grow(net, "batch", batches[net].map((batch) => [batch, { ...base, batch }]));
  await grow(net, "width", widths[net].map((width) => [width, widened(width)]));
}
process.exit();

async function grow(net: string, what: string, sizes: readonly (readonly [number, Workload])[]): Promise<void> {
  const runners = await Promise.all(sizes.map(async ([size, workload]) => {
    const contender = await byHand({ contender: "loop by hand", workload, backend, batches: { path: "", count: 0 }, jax: "" });
    return { name: String(size), run: async () => (await contender.play(Number(options.rounds))).ms };
  }));
  const figures = await interleaved(runners, Number(options.laps), (name, problem) => console.log(JSON.stringify({ bench: "growth", net, [what]: name, reason: problem.message })));
  const smallest = figures.get(String(sizes[0]![0]));
  for (const [size, workload] of sizes) {
    const measured = figures.get(String(size));
    if (measured === undefined || smallest === undefined) continue;
    const growth = ratioTo(measured, smallest)[0];
    const arithmetic = operations(workload) / operations(sizes[0]![1]);
    console.log(JSON.stringify({
      bench: "growth", runtime: runtimeName(), backend, net, [what]: size,
      medianMs: rounded(measured.medianMs), spreadMs: measured.spreadMs.map(rounded), gigaflops: rounded(operations(workload) / 1e9),
      msPerGigaflop: rounded(measured.medianMs / (operations(workload) / 1e9)), growth: rounded(growth), arithmetic: rounded(arithmetic), ratio: rounded(growth / arithmetic),
    }));
  }
}

/**
 * Additions and multiplications of a round's matrix products and convolutions. With forward passes of F operations, the
 * first layer's among them F₁: the discriminator's turn has one pass of the generator and two of the discriminator with two
 * backward passes (to weights and inputs, but not to the samples); the generator's has one of each, backward to the samples
 * and on to the generator's weights and inputs, but not to the noise. Together 4 Fᴳ − F₁ᴳ + 8 Fᴰ − 2 F₁ᴰ.
 */
function operations(workload: Workload): number {
  const total = (layers: readonly number[]): number => layers.reduce((sum, layer) => sum + layer, 0);
  const { generator, discriminator } = layersOf(workload);
  return 2 * workload.batch * (4 * total(generator) - generator[0]! + 8 * total(discriminator) - 2 * discriminator[0]!);
}

/** Products of each layer's forward pass for one sample. */
function layersOf({ nets: { kind, widths: channels }, noise, shape }: Workload): Readonly<Record<"generator" | "discriminator", readonly number[]>> {
  const pairs = (sizes: readonly number[]): readonly number[] => sizes.slice(1).map((size, i) => size * sizes[i]!);
  if (kind === "mlp") return { generator: pairs([noise, ...channels, shape[0]!]), discriminator: pairs([shape[0]!, ...channels, 1]) };
  // 4 x 4 taps at every pixel of the finer side's half; the mirror image has the same number.
  const convolutions = pairs([shape[2]!, ...channels]).map((product, i) => 16 * product * (shape[0]! / 2 ** (i + 1)) ** 2);
  const features = channels.at(-1)! * (shape[0]! / 2 ** channels.length) ** 2;
  return { generator: [noise * features, ...convolutions.toReversed()], discriminator: [...convolutions, features] };
}
