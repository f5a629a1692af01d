import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { Tiles } from "../device.ts";
import { registerTile, type RegisterTile } from "./registerTile.ts";
import { workgroupTile, type WorkgroupTile } from "./workgroupTile.ts";

/**
 * The tiling of an adapter: the one asked for, else registers where the CPU does the arithmetic, whose workgroup memory is
 * memory like any other, and workgroup memory on hardware, where a load from it is many times as fast. No time is
 * measured: the same adapter adds up in the same order in every run.
 */
export function tilesFor(asked: "auto" | Tiles, { isSoftware }: { readonly isSoftware: boolean }): Tiles {
  if (asked !== "auto") return asked;
  return isSoftware ? "registers" : "workgroup";
}

/** Its name in a device's description and in manifests. */
export function tilesName(tiles: Tiles): string {
  return `tiles/${tiles}`;
}

// By backend: kernels are made once per process while devices come and go.
const used = new WeakMap<WebGPUBackend, Tiles>();

/** Has the matrix products of this backend cut so from now on. */
export function useTiles(backend: WebGPUBackend, tiles: Tiles): void {
  used.set(backend, tiles);
}

/** How so many products of this many rows and columns are cut on this backend: by shape and what `useTiles` was told alone. */
export function tileOf(backend: WebGPUBackend, rows: number, columns: number, blocks = 1): RegisterTile | WorkgroupTile {
  return used.get(backend) === "workgroup" ? workgroupTile(rows, columns, blocks) : registerTile(rows, columns);
}
