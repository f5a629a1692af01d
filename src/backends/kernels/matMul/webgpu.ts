import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { tf } from "../../../math/tensor.ts";
import { registerTile } from "../registerTile.ts";
import type { Kernel, KernelReplacement } from "../replaceKernel.ts";
import { isForShaders, runShader, sizeOf, type Width } from "../runShader.ts";
import { sumPartials } from "../sumPartials.ts";
import { matMulShader } from "./matMul.wgsl.ts";

/** Tiles below which the depth is split among threads … */
const tilesWanted = 256;
/** … and how much of it each must get: adding up the partial products is a dispatch of its own. */
const depthAtLeast = 256;

/** Matrix products, either factor transposed or not, of one matrix or a batch; few rows and columns are split by depth. */
export const products: readonly KernelReplacement[] = [
  { kernel: "BatchMatMul", backend: "webgpu", make: (stock) => product(stock!) },
  { kernel: "_FusedMatMul", backend: "webgpu", make: (stock) => product(stock!) },
];

function product(stock: Kernel): Kernel {
  return (call) => {
    const { inputs: { a, b, bias, preluActivationWeights }, attrs } = call;
    const backend = call.backend as WebGPUBackend;
    const [transposeA, transposeB] = [attrs["transposeA"] === true, attrs["transposeB"] === true];
    const [first, second] = [asBatch(a!), asBatch(b!)];
    const [rows, depth] = transposeA ? [first.columns, first.rows] : [first.rows, first.columns];
    const columns = transposeB ? second.rows : second.columns;
    const tensors = bias == null ? [a!, b!] : [a!, b!, bias];
    const isPlain = (attrs["activation"] ?? "linear") === "linear" && preluActivationWeights == null &&
      (bias == null || sizeOf(bias.shape) === columns) && a!.shape.length === b!.shape.length &&
      a!.shape.slice(0, -2).every((extent, axis) => extent === b!.shape[axis]);
    if (!isPlain || !isForShaders(backend, tensors)) return stock(call);

    const tile = registerTile(rows, columns);
    const tiles = tile.across * tile.down * first.matrices;
    const wanted = bias == null ? Math.max(1, Math.min(Math.floor(depth / depthAtLeast), Math.ceil(tilesWanted / tiles))) : 1;
    const share = Math.ceil(depth / wanted);
    const splits = Math.ceil(depth / share);
    const group = transposeA && rows % 4 === 0 ? 4 : 1;
    const inputs: Record<string, Width> = { a: group, b: transposeB ? 1 : tile.width };
    if (bias != null) inputs["bias"] = tile.width;
    const shape = [...a!.shape.slice(0, -2), rows, columns];
    const partials = runShader(
      backend,
      {
        name: `matMul${transposeA ? "T" : "N"}${transposeB ? "T" : "N"}`,
        constants: {
          MATRICES: first.matrices,
          ROWS: rows,
          COLUMNS: columns,
          DEPTH: depth,
          STEP_A: rows * depth,
          STEP_B: depth * columns,
          SPLITS: splits,
          SHARE: share,
        },
        inputs,
        outputWidth: tile.width,
        threads: tiles * splits,
        code: () => matMulShader(tile, { transposeA, transposeB, group, hasBias: bias != null }),
      },
      tensors,
      splits === 1 ? shape : [splits, ...shape],
    );
    return splits === 1 ? partials : sumPartials(backend, partials, splits, shape);
  };
}

function asBatch({ shape }: tf.TensorInfo): { readonly matrices: number; readonly rows: number; readonly columns: number } {
  return { matrices: sizeOf(shape.slice(0, -2)), rows: shape.at(-2)!, columns: shape.at(-1)! };
}
