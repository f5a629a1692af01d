import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { sizeOf, type tf } from "../../../math/tensor.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { type HeapScratch, heapScratch } from "../simd/heapScratch.ts";
import { addressOf, simdKernels } from "../simd/simdKernels.ts";
import { wasmTensor, wasmValues } from "../wasmTensors.ts";
import { normaliseByGroupGradKernel, normaliseByGroupKernel } from "./normaliseByGroup.ts";

/** Rows summed in one go, so that float32 sums of thousands of rows keep their digits. */
const rowsAtOnce = 64;

/** Sample by sample: sums of channels, of which those of groups; then one pass over the pixels. */
export const normaliseByGroup: KernelReplacement = {
  kernel: normaliseByGroupKernel,
  backend: "wasm",
  make: () => ({ inputs, attrs, backend: running }) => {
    const { x, gamma, beta } = inputs as { readonly x: tf.TensorInfo; readonly gamma: tf.TensorInfo; readonly beta: tf.TensorInfo };
    const { groups, epsilon } = attrs as unknown as { readonly groups: number; readonly epsilon: number };
    const backend = running as BackendWasm;
    const extent = extentOf(x, groups);
    const { batch, rows, channels, width, values } = extent;
    const [y, statistics] = [wasmTensor(backend, x.shape), wasmTensor(backend, [batch, 2, groups])];
    const lines = channelLines(heapScratch(backend), channels, ["sums", "means", "factors", "offsets"]);
    const [scales, shifts, kept] = [gamma, beta, statistics].map((tensor) => wasmValues(backend, tensor)) as [Float32Array, Float32Array, Float32Array];
    const { sums, means, factors, offsets } = lines.views;
    const kernels = simdKernels(backend);
    for (let sample = 0; sample < batch; sample++) {
      const [from, to] = [addressOf(backend, x) + 4 * sample * values, addressOf(backend, y) + 4 * sample * values];
      sums.fill(0);
      inParts(rows, (first, many) => kernels.addColumns(lines.at.sums, from + 4 * first * channels, 4 * channels, many));
      for (let group = 0; group < groups; group++) means.fill(sumOf(sums, group, width) / (rows * width), group * width, (group + 1) * width);
      sums.fill(0);
      // Σ (x − μ) x is Σ (x − μ)², since the deviations of a group add up to nothing.
      inParts(rows, (first, many) => kernels.addCentredProducts(lines.at.sums, from + 4 * first * channels, lines.at.means, from + 4 * first * channels, 4 * channels, many));
      for (let group = 0; group < groups; group++) {
        const scaling = 1 / Math.sqrt(Math.max(sumOf(sums, group, width) / (rows * width), 0) + epsilon);
        kept[2 * sample * groups + group] = means[group * width]!;
        kept[(2 * sample + 1) * groups + group] = scaling;
        for (let c = group * width; c < (group + 1) * width; c++) {
          factors[c] = scaling * scales[rowOf(scales, sample, channels) + c]!;
          offsets[c] = shifts[rowOf(shifts, sample, channels) + c]!;
        }
      }
      kernels.normaliseChannels(to, from, lines.at.means, lines.at.factors, lines.at.offsets, 4 * channels, rows);
    }
    lines.free();
    return [y, statistics];
  },
};

/** See `normaliseByGroup` for the equations. */
export const normaliseByGroupGrad: KernelReplacement = {
  kernel: normaliseByGroupGradKernel,
  backend: "wasm",
  make: () => ({ inputs, attrs, backend: running }) => {
    const { x, dy, statistics, gamma } = inputs as Readonly<Record<"x" | "dy" | "statistics" | "gamma", tf.TensorInfo>>;
    const { groups } = attrs as unknown as { readonly groups: number };
    const backend = running as BackendWasm;
    const { batch, rows, channels, width, values } = extentOf(x, groups);
    const [dx, dGamma, dBeta] = [wasmTensor(backend, x.shape), wasmTensor(backend, [batch, channels]), wasmTensor(backend, [batch, channels])];
    const lines = channelLines(heapScratch(backend), channels, ["sums", "products", "means", "factors", "slopes", "offsets"]);
    const [scales, kept, gammas, betas] = [gamma, statistics, dGamma, dBeta].map((tensor) => wasmValues(backend, tensor)) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const { sums, products, means, factors, slopes, offsets } = lines.views;
    const kernels = simdKernels(backend);
    for (let sample = 0; sample < batch; sample++) {
      const [fromX, fromDy, to] = [x, dy, dx].map((tensor) => addressOf(backend, tensor) + 4 * sample * values) as [number, number, number];
      for (let group = 0; group < groups; group++) means.fill(kept[2 * sample * groups + group]!, group * width, (group + 1) * width);
      sums.fill(0);
      products.fill(0);
      inParts(rows, (first, many) => {
        const ahead = 4 * first * channels;
        kernels.addColumns(lines.at.sums, fromDy + ahead, 4 * channels, many);
        kernels.addCentredProducts(lines.at.products, fromX + ahead, lines.at.means, fromDy + ahead, 4 * channels, many);
      });
      for (let group = 0; group < groups; group++) {
        const scaling = kept[(2 * sample + 1) * groups + group]!;
        let [shared, along] = [0, 0];
        for (let c = group * width; c < (group + 1) * width; c++) {
          const scale = scales[rowOf(scales, sample, channels) + c]!;
          betas[sample * channels + c] = sums[c]!;
          gammas[sample * channels + c] = products[c]! * scaling;
          factors[c] = scaling * scale;
          shared += scale * sums[c]!;
          along += scale * products[c]! * scaling;
        }
        const count = rows * width;
        slopes.fill((-scaling * scaling * along) / count, group * width, (group + 1) * width);
        offsets.fill((-scaling * shared) / count, group * width, (group + 1) * width);
      }
      const { at } = lines;
      kernels.combineChannels(to, fromDy, fromX, at.means, at.factors, at.slopes, at.offsets, 4 * channels, rows);
    }
    lines.free();
    return [dx, dGamma, dBeta];
  },
};

/** `width` channels to a group, `values` to a sample. */
function extentOf({ shape }: tf.TensorInfo, groups: number) {
  const [batch, channels] = [shape[0]!, shape.at(-1)!];
  const rows = sizeOf(shape.slice(1, -1));
  return { batch, rows, channels, width: channels / groups, values: rows * channels };
}

/** Scratch of a number per channel under each name: where it lies, and a view of it. */
function channelLines<Name extends string>(scratch: HeapScratch, channels: number, names: readonly Name[]) {
  const addresses = names.map(() => scratch.floats(channels));
  const byName = <T>(of: (address: number) => T) => Object.fromEntries(names.map((name, i) => [name, of(addresses[i]!)])) as Record<Name, T>;
  return { at: byName((address) => address), views: byName((address) => scratch.view(address, channels)), free: () => scratch.free() };
}

function inParts(rows: number, sum: (first: number, many: number) => void): void {
  for (let first = 0; first < rows; first += rowsAtOnce) sum(first, Math.min(rowsAtOnce, rows - first));
}

function sumOf(sums: Float32Array, group: number, width: number): number {
  let sum = 0;
  for (let c = group * width; c < (group + 1) * width; c++) sum += sums[c]!;
  return sum;
}

/** Where a sample's row begins; all samples share it where there is one. */
function rowOf(rows: Float32Array, sample: number, channels: number): number {
  return rows.length === channels ? 0 : sample * channels;
}
