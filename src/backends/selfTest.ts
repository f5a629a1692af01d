import { type Tensor, tf } from "../math/tensor.ts";
import { DeviceUnavailable } from "./deviceFailure.ts";
import type { OpenedBackend } from "./session.ts";

/** One operation with a result known in closed form. */
export interface SelfTestCheck {
  readonly operation: string;
  run(): Tensor;
  readonly expected: readonly number[];
}

const tolerance = 1e-4;
const passed = new Set<string>();

/**
 * Computes a handful of operations and gradients on the device that was just opened and compares them with results known
 * in closed form, in one read. Once per process and device.
 *
 * @throws DeviceUnavailable naming the operation that came out wrong.
 */
export async function selfTest(
  device: string,
  { failures }: Pick<OpenedBackend, "failures">,
  checks: readonly SelfTestCheck[] = standardChecks,
): Promise<void> {
  if (passed.has(device) && checks === standardChecks) return;
  const values = await compute(checks).catch((cause: unknown) => {
    throw new DeviceUnavailable(`${device} failed its self-test: ${String(cause)}`, { cause });
  });
  const failure = failures.first();
  if (failure !== undefined) throw new DeviceUnavailable(`${device} failed its self-test: ${failure.message}`, { cause: failure });
  let at = 0;
  for (const { operation, expected } of checks) {
    const actual = values.slice(at, at + expected.length);
    at += expected.length;
    // Written so that NaN counts as wrong.
    const isRight = expected.every((value, i) => Math.abs(actual[i]! - value) <= tolerance * Math.max(1, Math.abs(value)));
    if (isRight) continue;
    throw new DeviceUnavailable(
      `${device} computes ${operation} wrongly: [${[...actual].join(", ")}], expected [${expected.join(", ")}]. ` +
        `Update the graphics driver, or ask for another backend ("wasm" needs no driver).`,
    );
  }
  passed.add(device);
}

async function compute(checks: readonly SelfTestCheck[]): Promise<Float32Array> {
  const forwardsToCpu = tf.getBackend() === "webgpu" && tf.env().getBool("WEBGPU_CPU_FORWARD");
  // tfjs' WebGPU backend computes small tensors on the CPU: that would be the wrong device.
  if (forwardsToCpu) tf.env().set("WEBGPU_CPU_FORWARD", false);
  let packed: Tensor | undefined;
  try {
    packed = tf.tidy(() => tf.concat1d(checks.map(({ run }) => tf.reshape(run(), [-1]) as tf.Tensor1D)));
    return (await packed.data()) as Float32Array;
  } finally {
    packed?.dispose();
    if (forwardsToCpu) tf.env().set("WEBGPU_CPU_FORWARD", true);
  }
}

const matrix = (): tf.Tensor2D => tf.tensor2d([[1, 2], [3, 4]]);
const image = (): tf.Tensor4D => tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
const filter = (): tf.Tensor4D => tf.tensor4d([1, 2, 3, 4], [2, 2, 1, 1]);
const convolved = (x: Tensor, w: Tensor): tf.Scalar => tf.sum(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "valid"));

/** tanh(½ ln 3) = ½. */
const halfLog3 = Math.log(3) / 2;

const standardChecks: readonly SelfTestCheck[] = [
  { operation: "matMul", run: () => tf.matMul(matrix(), tf.tensor2d([[1, 0, -1], [2, 1, 0]])), expected: [5, 2, -1, 11, 4, -3] },
  { operation: "matMul with a transposed factor", run: () => tf.matMul(matrix(), matrix(), true), expected: [10, 14, 14, 20] },
  { operation: "conv2d", run: () => tf.conv2d(image(), filter(), 1, "valid"), expected: [37, 47, 67, 77] },
  {
    operation: "the gradient of conv2d in its input",
    run: () => tf.grads(convolved)([image(), filter()])[0]!,
    expected: [1, 3, 2, 4, 10, 6, 3, 7, 4],
  },
  {
    operation: "the gradient of conv2d in its filter",
    run: () => tf.grads(convolved)([image(), filter()])[1]!,
    expected: [12, 16, 24, 28],
  },
  {
    operation: "conv2dTranspose",
    run: () => tf.conv2dTranspose(tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]), filter(), [1, 4, 4, 1], 2, "same"),
    expected: [1, 2, 2, 4, 3, 4, 6, 8, 3, 6, 4, 8, 9, 12, 12, 16],
  },
  { operation: "sum over rows", run: () => tf.sum(matrix(), 0), expected: [4, 6] },
  { operation: "the gradient of leakyRelu", run: () => tf.grad((x) => tf.leakyRelu(x, 0.25))(tf.tensor1d([-2, 3])), expected: [0.25, 1] },
  { operation: "tanh", run: () => tf.tanh(tf.tensor1d([halfLog3])), expected: [0.5] },
  {
    operation: "the second derivative of tanh",
    run: () => tf.grad((x) => tf.grad((y) => tf.tanh(y))(x))(tf.tensor1d([halfLog3])),
    expected: [-0.75],
  },
];
