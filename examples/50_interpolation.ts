/**
 * Interpolation: the straight way and the way along the sphere between digits, the square between four of them, and a walk
 * through six without end.
 *
 *     bun examples/50_interpolation.ts
 *     deno run -A examples/50_interpolation.ts --seed 5
 *
 * Explores the generator of 20_digits.ts, and trains it first where it is not there.
 */
import { join } from "node:path";
import { framesOf, interpolate, latentGrid, latentLoop, lerp, samplesAt, slerp, writeAnimation, writeGrid } from "saddlepoint";
import { failed, readOptions } from "./commandLine.ts";
import { openDigits, usualDigits } from "./digitsGenerator.ts";

const options = readOptions(usualDigits);
const generator = await openDigits(options).catch(failed);
const drawn = await generator.latents(12, { seed: options.seed });
const latents = Array.from({ length: 12 }, (_, i) => drawn.slice(i * generator.latentSize, (i + 1) * generator.latentSize));

// Six pairs, each two rows: halfway along the straight line a latent is shorter than any the generator was trained on.
const columns = 12;
const rows = [0, 1, 2].flatMap((i) => [lerp, slerp].map((along) => interpolate(latents[2 * i]!, latents[2 * i + 1]!, { steps: columns, along })));
await writeGrid(join(options.directory, "interpolation.png"), await samplesAt(generator, rows.flatMap((row) => [...row])), { columns });

const square = latentGrid([latents[6]!, latents[7]!, latents[8]!, latents[9]!], { rows: 10, columns: 10 });
await writeGrid(join(options.directory, "latent-grid.png"), await samplesAt(generator, square), { columns: 10 });

// Nine walks side by side in every frame.
const stops = 6;
const steps = 10;
const loops = await Promise.all(
  Array.from({ length: 9 }, (_, i) => samplesAt(generator, latentLoop(Array.from({ length: stops }, (__, stop) => latents[(i + 5 * stop) % 12]!), { steps }))),
);
const size = loops[0]!.values.length / (stops * steps);
const frames = framesOf(loops[0]!).map((frame, i) => ({
  ...frame,
  count: loops.length,
  values: Float32Array.from(loops.flatMap(({ values }) => [...values.subarray(i * size, (i + 1) * size)])),
}));
await writeAnimation(join(options.directory, "latent-loop.gif"), frames);
await generator.close();
console.log(`In ${options.directory}: interpolation.png (odd rows straight, even rows along the sphere), latent-grid.png, latent-loop.gif`);
