import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { sizeOf, type tf } from "../../../math/tensor.ts";
import { type Activation, activationKey } from "../activation.ts";
import type { KernelCall, KernelReplacement } from "../replaceKernel.ts";
import { runJointShader } from "../runJointShader.ts";
import { runShader, type Width } from "../runShader.ts";
import {
  batchStatisticsShader, gradientSumsShader, inputGradientShader, joinGradientSumsShader, joinStatisticsShader, normaliseShader,
} from "./batchNorm.wgsl.ts";
import { batchStatisticsKernel, normaliseGradKernel, normaliseKernel } from "./normaliseByBatch.ts";

/**
 * Batch normalisation in training, with its activation and running statistics: 2 to 3 dispatches forward, 2 to 3 backward.
 * Composed it takes 13 and 28, and a DCGAN's round of 670 dispatches was mostly that.
 */
export const batchNorm: readonly KernelReplacement[] = [
  { kernel: batchStatisticsKernel, backend: "webgpu", make: () => statistics },
  { kernel: normaliseKernel, backend: "webgpu", make: () => normalise },
  { kernel: normaliseGradKernel, backend: "webgpu", make: () => normaliseGrad },
];

/** Rows one thread sums alone: a second pass costs a dispatch. */
const rowsAlone = 512;

/** Mean and variance of each channel, `[2, channels]`, and the new running ones. */
function statistics(call: KernelCall): tf.TensorInfo[] {
  const backend = call.backend as WebGPUBackend;
  const { x, mean, variance } = call.inputs;
  const momentum = call.attrs["momentum"] as number;
  const { channels, width, rows, constants, splits } = channelsOf(x!);
  const elements = channels / width;
  const moving = {
    KEEP: 1 - momentum,
    TAKE: momentum,
    // One value per channel has no unbiased variance; its biased one, 0, is kept instead of NaN.
    TAKE_UNBIASED: momentum * (rows > 1 ? rows / (rows - 1) : 1),
  };
  const conclude = (name: string, source: Record<string, Width>, tensor: tf.TensorInfo, code: () => string): tf.TensorInfo[] =>
    runJointShader(
      backend,
      {
        name,
        constants: { ...constants, SPLITS: splits, ...moving },
        inputs: { ...source, runningMean: width, runningVariance: width },
        outputs: { statistics: width, newMean: width, newVariance: width },
        threads: elements,
        code,
      },
      [tensor, mean!, variance!],
      [[2, channels], [channels], [channels]],
    );
  if (splits === 1) return conclude("batchStatisticsAlone", { x: width }, x!, () => batchStatisticsShader(width, splits));
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
    [x!],
    [splits, 2, channels],
  );
  const joined = conclude("joinStatistics", { partials: width }, partials, () => joinStatisticsShader(width));
  backend.disposeData(partials.dataId);
  return joined;
}

function normalise(call: KernelCall): tf.TensorInfo {
  const { x, statistics: ofBatch, gamma, beta } = call.inputs;
  const { epsilon, activation } = call.attrs as unknown as NormaliseAttributes;
  const { width, constants, elements } = channelsOf(x!);
  return runShader(
    call.backend as WebGPUBackend,
    {
      name: `normaliseByBatch_${activationKey(activation)}`,
      constants: { ...constants, EPSILON: epsilon },
      inputs: { x: width, statistics: width, gamma: width, beta: width },
      outputWidth: width,
      threads: elements,
      code: () => normaliseShader(width, activation),
    },
    [x!, ofBatch!, gamma!, beta!],
    x!.shape,
  );
}

/** The gradients in x, gamma and beta. */
function normaliseGrad(call: KernelCall): tf.TensorInfo[] {
  const backend = call.backend as WebGPUBackend;
  const { x, dy, statistics: ofBatch, gamma, beta } = call.inputs;
  const { epsilon, activation } = call.attrs as unknown as NormaliseAttributes;
  const { channels, width, constants, splits, elements } = channelsOf(x!);
  const key = activationKey(activation);
  // An input that no shader reads has no binding.
  const isActivated = activation.kind !== "none";
  const sums = {
    constants: { ...constants, EPSILON: epsilon, SPLITS: splits },
    inputs: { x: width, dy: width, statistics: width, ...(isActivated ? { gamma: width, beta: width } : {}) },
    threads: (channels / width) * splits,
    code: () => gradientSumsShader(width, splits, activation),
  };
  const read = [x!, dy!, ofBatch!, ...(isActivated ? [gamma!, beta!] : [])];
  const outputs = { dbeta: width, dgamma: width };
  const ofChannels = [[channels], [channels]];
  let pair: tf.TensorInfo[];
  if (splits === 1) pair = runJointShader(backend, { ...sums, name: `normaliseGradSumsAlone_${key}`, outputs }, read, ofChannels);
  else {
    const partials = runShader(backend, { ...sums, name: `normaliseGradSums_${key}`, outputWidth: width }, read, [splits, 2, channels]);
    pair = runJointShader(
      backend,
      {
        name: "joinGradientSums",
        constants: { ...constants, SPLITS: splits },
        inputs: { partials: width },
        outputs,
        threads: channels / width,
        code: () => joinGradientSumsShader(width),
      },
      [partials],
      ofChannels,
    );
    backend.disposeData(partials.dataId);
  }
  const [dbeta, dgamma] = pair as [tf.TensorInfo, tf.TensorInfo];
  const dx = runShader(
    backend,
    {
      name: `normaliseGrad_${key}`,
      constants: { ...constants, EPSILON: epsilon },
      inputs: { x: width, dy: width, statistics: width, gamma: width, dbeta: width, dgamma: width, ...(isActivated ? { beta: width } : {}) },
      outputWidth: width,
      threads: elements,
      code: () => inputGradientShader(width, activation),
    },
    [x!, dy!, ofBatch!, gamma!, dbeta, dgamma, ...(isActivated ? [beta!] : [])],
    x!.shape,
  );
  return [dx, dgamma, dbeta];
}

interface NormaliseAttributes {
  readonly epsilon: number;
  readonly activation: Activation;
}

/** x as rows of channels. */
function channelsOf({ shape }: tf.TensorInfo): {
  readonly channels: number;
  readonly width: Width;
  readonly rows: number;
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
    rows,
    constants: { ROWS: rows, CHANNELS: channels / width },
    splits: rows <= rowsAlone ? 1 : Math.ceil(Math.sqrt(rows)),
    elements: sizeOf(shape) / width,
  };
}
