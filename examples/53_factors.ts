/**
 * Directions found without labels: GANSpace, principal components of the generator's features, and SeFa, eigenvectors of its
 * first weights.
 *
 *     bun examples/53_factors.ts
 *     deno run -A examples/53_factors.ts --seed 5
 *
 * Explores the generator of 20_digits.ts, and trains it first where it is not there.
 */
import { join } from "node:path";
import { featuresAt, ganspaceDirections, moveAlong, samplesAt, sefaDirections, writeGrid } from "saddlepoint";
import { failed, readOptions } from "./commandLine.ts";
import { openDigits, usualDigits } from "./digitsGenerator.ts";

const options = readOptions(usualDigits);
// Dense, reshape, batch norm, ReLU: the first features that are not linear in the latent.
const generator = await openDigits({ ...options, featureLayers: 4 }).catch(failed);
const rows = 300;
const latents = await generator.latents(rows, { seed: options.seed });
const features = await featuresAt(generator, latents);
const ganspace = ganspaceDirections({ latents, features, rows }, 4);
const sefa = sefaDirections(generator.firstKernel(), 4);

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
console.log(`GANSpace: the first four components hold ${[...ganspace.shares].map(percent).join(", ")} of the features' variance`);
console.log(`SeFa: the first four eigenvalues are ${[...sefa.eigenvalues].map((value) => value.toPrecision(3)).join(", ")}`);
const cosines = ganspace.directions.map((one) => Math.max(...sefa.directions.map((other) => Math.abs(one.reduce((sum, value, i) => sum + value * other[i]!, 0)))));
console.log(`Largest cosine of each GANSpace direction with one of SeFa's: ${cosines.map((value) => value.toFixed(2)).join(", ")}`);

const columns = 9;
const shown = await generator.latents(2, { seed: options.seed + 1 });
for (const [name, directions] of [["ganspace", ganspace.directions], ["sefa", sefa.directions]] as const) {
  const ways = directions.flatMap((direction) =>
    [0, 1].flatMap((i) => {
      const z = shown.subarray(i * generator.latentSize, (i + 1) * generator.latentSize);
      return Array.from({ length: columns }, (_, column) => [...moveAlong(z, direction, (column - 4) * 0.75)]).flat();
    }),
  );
  await writeGrid(join(options.directory, `${name}.png`), await samplesAt(generator, ways), { columns });
}
console.log(`In ${options.directory}: ganspace.png and sefa.png (two digits along each of four directions)`);
await generator.close();
