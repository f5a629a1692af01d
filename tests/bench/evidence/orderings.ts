import { diffusionDigits } from "./diffusion.ts";
import { digitTable } from "./digits.ts";
import { linesOf } from "./lines.ts";
import { mixtures } from "./mixtures.ts";
import { stackedTable } from "./stackedDigits.ts";
import type { Table } from "./table.ts";

/** A figure of a row, seed by seed. */
interface Figure {
  readonly name: string;
  readonly bySeed: ReadonlyMap<number, number>;
}

/** Of each pair the first is to be the smaller. */
interface Ordering {
  readonly claim: string;
  readonly reported: string;
  readonly pairs: () => readonly (readonly [smaller: Figure, larger: Figure])[];
}

function figure(table: Table, row: string, of: string, name = row): Figure {
  const lines = linesOf(table).filter((line) => line.row === row && typeof line.measured[of] === "number");
  return { name, bySeed: new Map(lines.map(({ seed, measured }) => [seed, measured[of] as number])) };
}

function difference(name: string, a: Figure, b: Figure): Figure {
  const seeds = [...a.bySeed.keys()].filter((seed) => b.bySeed.has(seed));
  return { name, bySeed: new Map(seeds.map((seed) => [seed, a.bySeed.get(seed)! - b.bySeed.get(seed)!])) };
}

const frechet = (row: string): Figure => figure(digitTable, row, "frechet");
const denoised = (of: string, name: string): Figure => figure(diffusionDigits, "diffusion", of, name);
const told = (of: string, name: string): Figure => figure(diffusionDigits, "diffusion, labels", of, name);
const emoji = (of: string, name: string): Figure => figure(diffusionDigits, "diffusion, emoji by category, 32 px", of, `emoji, ${name}`);

const orderings: readonly Ordering[] = [
  {
    claim: "Weight clipping is clearly the worst of the convolutional GANs (Fréchet distance)",
    reported: "CIFAR-10: StudioGAN 107.7 beside 34.7 to 54.0, xyfJASON 49.9 beside 19.9 to 28.8",
    pairs: () => ["DCGAN", "least squares", "hinge, spectral normalisation", "R1", "WGAN-GP"].map((row) => [frechet(row), frechet("WGAN, clipping")]),
  },
  {
    claim: "WGAN-GP does not beat the plain DCGAN (Fréchet distance)",
    reported: "CIFAR-10: StudioGAN 54.0 and 48.3, xyfJASON 28.8 and 24.7",
    pairs: () => [[frechet("DCGAN"), frechet("WGAN-GP")]],
  },
  {
    claim: "AC-GAN beats the unconditional DCGAN (Fréchet distance; Inception Score)",
    reported: "CIFAR-10: StudioGAN 33.4 and 48.3, 7.19 and 6.11; xyfJASON 19.9 and 24.7, 7.99 and 7.03",
    pairs: () => [[frechet("AC-GAN"), frechet("DCGAN")], [figure(digitTable, "DCGAN", "inception"), figure(digitTable, "AC-GAN", "inception")]],
  },
  {
    claim: "DiffAugment helps where data are few, and more than where they are many (what it takes off the Fréchet distance)",
    reported: "StyleGAN2 on CIFAR-10, clean-fid: a tenth of the data 26.6, all of them 2.1",
    pairs: () => [[
      difference("all digits", frechet("DCGAN"), frechet("DCGAN, DiffAugment")),
      difference("500 digits", frechet("DCGAN, 500 digits"), frechet("DCGAN, 500 digits, DiffAugment")),
    ], [frechet("DCGAN, 500 digits, DiffAugment"), frechet("DCGAN, 500 digits")]],
  },
  {
    claim: "Packing covers more modes of the 5 × 5 grid (≥ 1 % of the samples)",
    reported: "paired-discriminator 24.6 and 7.2 of 25 after 50,000 rounds",
    pairs: () => [[figure(mixtures, "grid, non-saturating", "coveredByMass"), figure(mixtures, "grid, PacGAN-2", "coveredByMass")]],
  },
  {
    claim: "Packing covers more modes of stacked MNIST",
    reported: "PacGAN 1,000 and 78.9, at a far larger budget",
    pairs: () => [[figure(stackedTable, "DCGAN", "covered"), figure(stackedTable, "PacGAN-2", "covered")]],
  },
  {
    claim: "Diffusion: averaged weights beat raw ones (Fréchet distance, DDIM-20)",
    reported: "CIFAR-10, a public DDPM: 3.21 and 12.14",
    pairs: () => [[denoised("frechet", "averaged"), denoised("raw20Frechet", "raw")]],
  },
  {
    claim: "Diffusion: DDIM degrades gently with few steps, DDPM with the upper variance collapses (what 10 steps add to the Fréchet distance of 20)",
    reported: "CIFAR-10: 6.5 and 234",
    pairs: () => [[
      difference("DDIM", denoised("ddim10Frechet", ""), denoised("frechet", "")),
      difference("DDPM, σ̂", denoised("upper10Frechet", ""), denoised("upper20Frechet", "")),
    ]],
  },
  {
    claim: "Diffusion: DDIM beats DDPM with the upper variance in as few steps (Fréchet distance)",
    reported: "CIFAR-10: 13.4 and 367 in 10 steps, 6.84 and 133 in 20",
    pairs: () => [[denoised("ddim10Frechet", "DDIM-10"), denoised("upper10Frechet", "DDPM-10, σ̂")], [denoised("frechet", "DDIM-20"), denoised("upper20Frechet", "DDPM-20, σ̂")]],
  },
  {
    claim: "Diffusion: DDIM beats DDPM (η = 1) in as few steps (Fréchet distance)",
    reported: "CIFAR-10: 13.4 and 41.1 in 10 steps, 6.84 and 18.4 in 20",
    pairs: () => [[denoised("ddim10Frechet", "DDIM-10"), denoised("ddpm10Frechet", "DDPM-10")], [denoised("frechet", "DDIM-20"), denoised("ddpm20Frechet", "DDPM-20")]],
  },
  {
    claim: "Diffusion, a denoiser trained for longer (emoji by category, 119 epochs): DDIM beats DDPM (η = 1) in 10 steps (Fréchet distance)",
    reported: "CIFAR-10: 13.4 and 41.1",
    pairs: () => [[emoji("ddim10Frechet", "DDIM-10"), emoji("ddpm10Frechet", "DDPM-10")]],
  },
  {
    claim: "The same in 20 steps",
    reported: "CIFAR-10: 6.84 and 18.4",
    pairs: () => [[emoji("frechet", "DDIM-20"), emoji("ddpm20Frechet", "DDPM-20")]],
  },
  {
    claim: "Diffusion told the class, with guidance (w = 2): DDIM beats DDPM (η = 1) in as few steps (Fréchet distance)",
    reported: "CIFAR-10, without guidance: 6.84 and 18.4 in 20 steps",
    pairs: () => [
      [told("guidedFrechet", "DDIM-20"), told("guidedDdpm20Frechet", "DDPM-20")],
      [emoji("guidedFrechet", "DDIM-20"), emoji("guidedDdpm20Frechet", "DDPM-20")],
    ],
  },
];

/** The orderings the literature reports, each marked by what the lines say; those that were played. Markdown. */
export function orderingsSection(): string {
  const rows = orderings.flatMap(({ claim, reported, pairs }) => {
    const asked = pairs().map(([smaller, larger]) => ({ smaller, larger, apart: difference("", larger, smaller).bySeed }));
    if (asked.some(({ apart }) => apart.size === 0)) return [];
    const shares = asked.map(({ apart }) => [...apart.values()].filter((by) => by > 0).length / apart.size);
    const verdict = shares.every((share) => share === 1) ? "reproduced" : shares.some((share) => share < 0.5) ? "not reproduced" : "in part";
    const ours = [...new Set(asked.flatMap(({ smaller, larger }) => [smaller, larger].map((one) => `${one.name} ${meanOf(one)}`)))].join("; ");
    return [`| ${claim} | ${reported} | ${ours} | ${Math.min(...asked.map(({ apart }) => apart.size))} | ${verdict} |`];
  });
  return [
    "## Orderings known from the literature",
    "",
    "Absolute figures of other networks, budgets and features are not to be compared; orderings are. Asked seed by seed: reproduced where an",
    "ordering holds in every seed, in part where it holds in half of them or more.",
    "",
    "| ordering | reported | here, means | seeds | |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function meanOf({ bySeed }: Figure): string {
  return ([...bySeed.values()].reduce((sum, value) => sum + value, 0) / bySeed.size).toPrecision(3);
}
