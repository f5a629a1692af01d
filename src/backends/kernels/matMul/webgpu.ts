import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { sizeOf, type tf } from "../../../math/tensor.ts";
import { type Activation, activationKey, noActivation } from "../activation.ts";
import type { Kernel, KernelReplacement } from "../replaceKernel.ts";
import { isForShaders, runShader, type Width } from "../runShader.ts";
import { sumPartials } from "../sumPartials.ts";
import { tileOf } from "../tiles.ts";
import { workgroupProduct, workgroupsWanted } from "../workgroupTile.ts";
import { matMulProduct, matMulShader } from "./matMul.wgsl.ts";

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
    const columns = b!.shape.at(transposeB ? -2 : -1)!;
    const isPlain = (attrs["activation"] ?? "linear") === "linear" && preluActivationWeights == null &&
      (bias == null || sizeOf(bias.shape) === columns) && a!.shape.length === b!.shape.length &&
      a!.shape.slice(0, -2).every((extent, axis) => extent === b!.shape[axis]);
    const tensors: Factors = bias == null ? [a!, b!] : [a!, b!, bias];
    if (!isPlain || !isForShaders(backend, tensors as readonly tf.TensorInfo[])) return stock(call);
    return multiply(backend, tensors, { transposeA, transposeB }, noActivation);
  };
}

type Factors = readonly [a: tf.TensorInfo, b: tf.TensorInfo, bias?: tf.TensorInfo];

/** The product of two matrices or two batches of as many, with a bias per column if there is one, activated. */
export function multiply(
  backend: WebGPUBackend,
  tensors: Factors,
  { transposeA, transposeB }: { readonly transposeA: boolean; readonly transposeB: boolean },
  activation: Activation,
): tf.TensorInfo {
  const [a, b, bias] = tensors;
  const [first, second] = [asBatch(a), asBatch(b)];
  const [rows, depth] = transposeA ? [first.columns, first.rows] : [first.rows, first.columns];
  const columns = transposeB ? second.rows : second.columns;
  const tile = tileOf(backend, rows, columns, first.matrices);
  const tiles = tile.across * tile.down * first.matrices;
  const wanted = Math.max(1, Math.min(Math.floor(depth / depthAtLeast), Math.ceil((tile.kind === "workgroup" ? workgroupsWanted : tilesWanted) / tiles)));
  const share = Math.ceil(depth / wanted);
  const splits = Math.ceil(depth / share);
  const isWhole = splits === 1;
  const group = transposeA && rows % 4 === 0 ? 4 : 1;
  const hasBias = bias !== undefined && isWhole;
  const layout = { transposeA, transposeB, group, hasBias, activation: isWhole ? activation : noActivation } as const;
  const inputs: Record<string, Width> = { a: group, b: transposeB ? 1 : tile.width, ...(hasBias ? { bias: tile.width } : {}) };
  const shape = [...a.shape.slice(0, -2), rows, columns];
  const partials = runShader(
    backend,
    {
      name: `matMul${transposeA ? "T" : "N"}${transposeB ? "T" : "N"}_${isWhole ? activationKey(activation) : "part"}`,
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
      ...(tile.kind === "workgroup"
        ? workgroupProduct(tile, { ...matMulProduct(layout, tile.width), blocks: first.matrices, splits, depth, share })
        : { threads: tiles * splits, code: () => matMulShader(tile, layout) }),
    },
    hasBias ? [a, b, bias] : [a, b],
    isWhole ? shape : [splits, ...shape],
  );
  return isWhole ? partials : sumPartials(backend, partials, splits, shape, { bias, activation });
}

function asBatch({ shape }: tf.TensorInfo): { readonly matrices: number; readonly rows: number; readonly columns: number } {
  return { matrices: sizeOf(shape.slice(0, -2)), rows: shape.at(-2)!, columns: shape.at(-1)! };
}
