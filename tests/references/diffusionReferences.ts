import { readFileSync } from "node:fs";
import type { LayerReference } from "./networkReferences.ts";

/** What `diffusion.py` has written. */
export interface DiffusionReferences {
  /** α_t at some t of 1000. */
  readonly signals: { readonly at: readonly number[]; readonly linear: readonly number[]; readonly cosine: readonly number[] };
  readonly layers: readonly LayerReference[];
}

export const diffusionReferences = JSON.parse(readFileSync(new URL("./diffusion.json", import.meta.url), "utf8")) as DiffusionReferences;
