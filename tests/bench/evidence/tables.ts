import { aaeDigits } from "./aae.ts";
import { acganDigits } from "./acgan.ts";
import { afterwards } from "./afterwards.ts";
import { conditionalDigits } from "./conditional.ts";
import { digitTable } from "./digits.ts";
import { diffusionDigits } from "./diffusion.ts";
import { infoganDigits } from "./infogan.ts";
import { latent } from "./latent.ts";
import { mixtures } from "./mixtures.ts";
import { progressiveGrowth } from "./progressive.ts";
import { rateTable } from "./rates.ts";
import { stackedTable } from "./stackedDigits.ts";
import { semisupervisedDigits } from "./semisupervised.ts";
import type { Table } from "./table.ts";
import { vaeDigits } from "./vae.ts";
import { webgpuRuns } from "./webgpuRuns.ts";
import { wassersteinEstimate } from "./wasserstein.ts";

/** Every table of the evidence, in the order in which they are rendered. */
export const tables: readonly Table[] = [
  mixtures, digitTable, stackedTable, rateTable, wassersteinEstimate,
  conditionalDigits, acganDigits, infoganDigits, progressiveGrowth, diffusionDigits,
  aaeDigits, vaeDigits, semisupervisedDigits, latent, afterwards, webgpuRuns,
];
