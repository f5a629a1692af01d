import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { tf } from "../../../math/tensor.ts";
import { runtimeName } from "../../../platform/runtime.ts";
import { assembleModule } from "../../wasm/assembly/assembleModule.ts";
import { rowProduct, tileRows } from "./rowProduct.ts";
import { addCentredProducts, addColumns, combineChannels, normaliseChannels } from "./channels.ts";
import { closeness, closenessGrad } from "./closeness.ts";
import { drawnMask, drawnNormals, drawnUniforms, drawnWords } from "./drawnNumbers.ts";
import { adam, leakyRelu, leakyReluGrad, rmsprop, rmspropWithMomentum, siluGrad } from "./elementwiseKernels.ts";
import { addRuns, copyRuns } from "./runs.ts";

type RowProduct = (
  a: number,
  aStride: number,
  b: number,
  bStride: number,
  panelStride: number,
  c: number,
  cStride: number,
  depth: number,
  panels: number,
) => void;
type OverRuns = (to: number, toStride: number, from: number, fromStride: number, bytes: number, count: number) => void;

/** Our own WebAssembly functions, working on the memory of tfjs' module. Addresses and strides are in bytes. */
export interface SimdKernels {
  /** Tiles of six rows, and single ones for the rest; A given row by row; C overwritten. See `rowProduct`. */
  readonly tileAlongRows: RowProduct;
  readonly rowAlongRows: RowProduct;
  /** The same with A given transposed, added to C. */
  readonly tileAlongColumns: RowProduct;
  readonly rowAlongColumns: RowProduct;
  readonly copyRuns: OverRuns;
  readonly addRuns: OverRuns;
  leakyRelu(y: number, x: number, bytes: number, alpha: number): void;
  leakyReluGrad(dx: number, x: number, dy: number, bytes: number, alpha: number): void;
  siluGrad(dx: number, x: number, s: number, dy: number, bytes: number, one: number): void;
  /** Addresses of the outputs and the inputs, the bytes and the scalars, in the order of `elementwiseKernels.ts`. */
  adam(...given: number[]): void;
  rmsprop(...given: number[]): void;
  rmspropWithMomentum(...given: number[]): void;
  addColumns(sums: number, x: number, channelBytes: number, rows: number): void;
  normaliseChannels(y: number, x: number, means: number, factors: number, offsets: number, channelBytes: number, rows: number): void;
  addCentredProducts(sums: number, x: number, means: number, y: number, channelBytes: number, rows: number): void;
  combineChannels(
    out: number,
    dy: number,
    x: number,
    means: number,
    factors: number,
    slopes: number,
    offsets: number,
    channelBytes: number,
    rows: number,
  ): void;
  closeness(to: number, toStride: number, m: number, rowBytes: number, dimensions: number, count: number): void;
  closenessGrad(to: number, toStride: number, m: number, dy: number, weights: number, rowBytes: number, dimensions: number, count: number): void;
  /** Address, passes, block (its lower and upper word), the key's two words, and what the drawing needs; see `drawnNumbers.ts`. */
  drawnWords(...given: number[]): void;
  drawnUniforms(...given: number[]): void;
  drawnNormals(...given: number[]): void;
  drawnMask(...given: number[]): void;
}

/**
 * Whether products use fused multiply-add. V8 compiles it to one instruction in every tier (50 → 61 GFLOP/s on a Zen 5
 * core). JavaScriptCore gains nothing, and two tiers that round differently would cost the bit-for-bit resume.
 */
const isFused = runtimeName() !== "bun";

let compiled: WebAssembly.Module | undefined;

function module(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(
    assembleModule([
      rowProduct({ name: "tileAlongRows", rows: tileRows, along: "row", accumulates: false, isFused }),
      rowProduct({ name: "rowAlongRows", rows: 1, along: "row", accumulates: false, isFused }),
      rowProduct({ name: "tileAlongColumns", rows: tileRows, along: "column", accumulates: true, isFused }),
      rowProduct({ name: "rowAlongColumns", rows: 1, along: "column", accumulates: true, isFused }),
      copyRuns,
      addRuns,
      leakyRelu,
      leakyReluGrad,
      siluGrad,
      adam,
      rmsprop,
      rmspropWithMomentum,
      addColumns,
      normaliseChannels,
      addCentredProducts,
      combineChannels,
      closeness,
      closenessGrad,
      drawnWords,
      drawnUniforms,
      drawnNormals,
      drawnMask,
    ]),
  );
  return compiled;
}

const instances = new WeakMap<BackendWasm, SimdKernels>();

/** The functions on a backend's memory. */
export function simdKernels(backend: BackendWasm): SimdKernels {
  let kernels = instances.get(backend);
  if (kernels === undefined) {
    kernels = new WebAssembly.Instance(module(), { host: { memory: heapMemory(backend) } }).exports as unknown as SimdKernels;
    instances.set(backend, kernels);
  }
  return kernels;
}

/** The memory of tfjs' module; its buffer is another one after it grew. */
export function heapMemory(backend: BackendWasm): WebAssembly.Memory {
  return (backend.wasm as unknown as { readonly asm: { readonly memory: WebAssembly.Memory } }).asm.memory;
}

/** Where a tensor's values begin. Stays valid when the memory grows, unlike views. */
export function addressOf(backend: BackendWasm, tensor: tf.TensorInfo): number {
  return backend.dataIdMap.get(tensor.dataId).memoryOffset;
}
