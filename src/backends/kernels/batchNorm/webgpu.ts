import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { tf } from "../../../math/tensor.ts";
import type { KernelCall, KernelReplacement } from "../replaceKernel.ts";
import { runShader, sizeOf, type Width } from "../runShader.ts";
import { sumPartials } from "../sumPartials.ts";
import { batchStatisticsShader, gradientSumsShader, inputGradientShader, joinStatisticsShader, normaliseShader } from "./batchNorm.wgsl.ts";
import { batchStatisticsKernel, moveStatisticKernel, normaliseGradKernel, normaliseKernel } from "./normaliseByBatch.ts";

/**
 * Batch normalisation in training: 4 to 5 dispatches forward with the running statistics, 4 to 5 backward. Composed it
 * takes 13 and 28, and a DCGAN's round of 670 dispatches was mostly that.
 */
export const batchNorm: readonly KernelReplacement[] = [
  { kernel: batchStatisticsKernel, backend: "webgpu", make: () => statistics },
  { kernel: normaliseKernel, backend: "webgpu", make: () => normalise },
  { kernel: normaliseGradKernel, backend: "webgpu", make: () => normaliseGrad },
  { kernel: moveStatisticKernel, backend: "webgpu", make: () => moveStatistic },
];

/** Rows one thread sums alone: a second pass costs a dispatch. */
const rowsAlone = 512;

function statistics(call: KernelCall): tf.TensorInfo {
  const backend = call.backend as WebGPUBackend;
  const x = call.inputs["x"]!;
  const { channels, width, constants, splits } = channelsOf(x);
  const elements = channels / width;
  const partials = runShader(
    backend,
    {
      name: "batchStatistics",
      constants: { ...constants, SPLITS: splits },
      inputs: { x: width },
      outputWidth: width,
      threads: elements * splits,
      code: () => batchStatisticsShader(width, splits),
    },
    [x],
    splits === 1 ? [2, channels] : [splits, 2, channels],
  );
  if (splits === 1) return partials;
  const joined = runShader(
    backend,
    {
      name: "joinStatistics",
      constants: { ...constants, SPLITS: splits },
      inputs: { partials: width },
      outputWidth: width,
      threads: elements,
      code: () => joinStatisticsShader(width),
    },
    [partials],
    [2, channels],
  );
  backend.disposeData(partials.dataId);
  return joined;
}

function normalise(call: KernelCall): tf.TensorInfo {
  const { x, statistics: ofBatch, gamma, beta } = call.inputs;
  const { width, constants, elements } = channelsOf(x!);
  return runShader(
    call.backend as WebGPUBackend,
    {
      name: "normaliseByBatch",
      constants: { ...constants, EPSILON: call.attrs["epsilon"] as number },
      inputs: { x: width, statistics: width, gamma: width, beta: width },
      outputWidth: width,
      threads: elements,
      code: () => normaliseShader(width),
    },
    [x!, ofBatch!, gamma!, beta!],
    x!.shape,
  );
}

/** The gradient in x, and those in beta and gamma as [2, channels]. */
function normaliseGrad(call: KernelCall): tf.TensorInfo[] {
  const backend = call.backend as WebGPUBackend;
  const { x, dy, statistics: ofBatch, gamma } = call.inputs;
  const { channels, width, constants, splits, elements } = channelsOf(x!);
  const withEpsilon = { ...constants, EPSILON: call.attrs["epsilon"] as number };
  const partials = runShader(
    backend,
    {
      name: "normaliseGradSums",
      constants: { ...withEpsilon, SPLITS: splits },
      inputs: { x: width, dy: width, statistics: width },
      outputWidth: width,
      threads: (channels / width) * splits,
      code: () => gradientSumsShader(width),
    },
    [x!, dy!, ofBatch!],
    splits === 1 ? [2, channels] : [splits, 2, channels],
  );
  const sums = splits === 1 ? partials : sumPartials(backend, partials, splits, [2, channels]);
  const dx = runShader(
    backend,
    {
      name: "normaliseGrad",
      constants: withEpsilon,
      inputs: { x: width, dy: width, statistics: width, gamma: width, sums: width },
      outputWidth: width,
      threads: elements,
      code: () => inputGradientShader(width),
    },
    [x!, dy!, ofBatch!, gamma!, sums],
    x!.shape,
  );
  return [dx, sums];
}

function moveStatistic(call: KernelCall): tf.TensorInfo {
  const { running, statistics: ofBatch } = call.inputs;
  const { row, keep, take } = call.attrs as { readonly row: number; readonly keep: number; readonly take: number };
  const channels = sizeOf(running!.shape);
  return runShader(
    call.backend as WebGPUBackend,
    {
      name: "moveStatistic",
      constants: { OFFSET: row * channels, KEEP: keep, TAKE: take },
      inputs: { running: 1, statistics: 1 },
      outputWidth: 1,
      threads: channels,
      code: () => `result[index] = KEEP * running[index] + TAKE * statistics[OFFSET + index];`,
    },
    [running!, ofBatch!],
    running!.shape,
  );
}

/** x as rows of channels. */
function channelsOf({ shape }: tf.TensorInfo): {
  readonly channels: number;
  readonly width: Width;
  readonly constants: Readonly<Record<string, number>>;
  readonly splits: number;
  readonly elements: number;
} {
  const channels = shape.at(-1)!;
  const width = channels % 4 === 0 ? 4 : 1;
  const rows = sizeOf(shape) / channels;
  return {
    channels,
    width,
    constants: { ROWS: rows, CHANNELS: channels / width },
    splits: rows <= rowsAlone ? 1 : Math.ceil(Math.sqrt(rows)),
    elements: sizeOf(shape) / width,
  };
}
