/**
 * Denoising diffusion: one network learns to see the noise in noisy digits, and draws by removing it step by step. It is told
 * which digit to see, and with guidance sees it more than the data do. Or emoji by category, of 32 × 32 pixels or 64 × 64: a longer run.
 *
 *     bun examples/35_diffusion.ts
 *     deno run -A examples/35_diffusion.ts --rounds 10000
 *     deno run -A examples/35_diffusion.ts --data emoji --side 64 --directory runs/diffusion-emoji
 *
 * Ctrl-C stops after the round being played and saves; the same command goes on from there.
 */
import { join } from "node:path";
import process from "node:process";
import { fromEvent, lastValueFrom, map, merge, take } from "rxjs";
import {
  adam, averageWeights, digits, drawSamples, emoji, folder, game, generate, jsonLines, on, progressBar, sampleGrid, step, train$, unet, writeGrid, type Command,
} from "saddlepoint";
import { ddim, ddpm, diffusion, type SamplerOptions } from "saddlepoint/plugins/diffusion";
import { failed, readOptions } from "./commandLine.ts";

const { data, side, rounds, directory, backend, seed } = readOptions(
  { rounds: 3000, directory: "runs/diffusion" },
  { data: ["digits", "emoji"], side: ["32", "64"] },
);
const source = data === "emoji" ? emoji({ styles: ["noto"], size: Number(side), batchSize: 32 }) : digits({ batchSize: 32 });
// Patches of 2 × 2 pixels are a quarter of the work; emoji of 64 pixels take a level more.
const network = unet({ widths: data === "emoji" && side === "64" ? [16, 32, 64] : [32, 64], patch: 2 });
const sampling: SamplerOptions = { steps: 20, guidance: 2 };
const labels = Array.from({ length: data === "emoji" ? 8 : 10 }, (_, label) => label);

const stop$ = merge(...["SIGINT", "SIGTERM"].map((signal) => fromEvent(process, signal))).pipe(take(1), map((): Command => ({ _tag: "Stop" })));

const events$ = train$(
  game({ sources: { data: source }, checkpoints: folder(directory, { every: 250, keep: 1 }), control$: stop$, rounds, seed, backend }),
  diffusion({ network, optimizer: adam({ learningRate: 2e-3 }), labels: { dropRate: 0.1 }, sampler: ddim(sampling) }),
  step("denoising"),
  averageWeights({ network: "denoiser", halfLife: 200 }),
  drawSamples({ network: "denoiser", every: 500, count: 4 * labels.length, given: { labels } }),
);
const end = await lastValueFrom(
  events$.pipe(sampleGrid(directory, { columns: labels.length }), jsonLines(join(directory, "events.jsonl")), progressBar(), on("RunCompleted")),
).catch(failed);

// Ancestral sampling in as many steps, for comparison. And a sampler that ends early shows what is there by then.
const shared = { checkpoint: directory, network: "denoiser", given: { labels }, backend, seed: 1 } as const;
await writeGrid(join(directory, "ancestral.png"), await generate({ ...shared, count: 4 * labels.length, sampler: ddpm(sampling) }), { columns: labels.length });
const strip = [];
for (const steps of [1, 10, 15, 20]) strip.push(await generate({ ...shared, count: labels.length, sampler: { ...ddim(sampling), steps } }));
const values = Float32Array.from(strip.flatMap((stage) => [...stage.values]));
await writeGrid(join(directory, "denoising.png"), { ...strip[0]!, count: strip.length * labels.length, values }, { columns: labels.length });

console.log(`${end.reason === "stopped" ? "Stopped" : "Finished"} after ${end.round} rounds. In ${directory}:
  samples-*.png    one column for each class, by ${sampling.steps} steps of DDIM, as training went on
  ancestral.png    by as many steps of ancestral sampling, at the end
  denoising.png    from noise to samples, top to bottom`);
