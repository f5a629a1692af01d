import { type Tensor, tf } from "../../../src/math/tensor.ts";
import { close, it } from "../../kit/kit.ts";
import { bothTilings, computeOnTheDevice, describeOnEachBackend } from "../backendsUnderTest.ts";
import { wave } from "../checkGradient.ts";
import { runKernel } from "./runKernel.ts";
import { runPoisoned } from "./runPoisoned.ts";

type Pad = "same" | "valid" | number;
type Case = readonly [image: readonly number[], filter: readonly number[], stride: number, pad: Pad];

/** Odd extents, channel counts and strides; what the last rows and columns of an image do where strides leave them out. */
const cases: readonly Case[] = [
  [[2, 8, 8, 1], [4, 4, 1, 3], 2, "same"],
  [[2, 9, 7, 3], [3, 3, 3, 5], 2, "same"],
  [[3, 6, 6, 4], [3, 3, 4, 2], 1, "valid"],
  [[2, 7, 7, 6], [5, 5, 6, 3], 1, "same"],
  [[1, 8, 8, 5], [4, 4, 5, 1], 2, 1],
  [[1, 12, 12, 2], [5, 5, 2, 7], 3, "same"],
  [[2, 10, 10, 3], [3, 3, 3, 8], 2, "valid"],
  [[1, 4, 4, 2], [1, 1, 2, 3], 1, "same"],
  // Channels by vectors of four, one or two of them and ragged, on either side; stride beyond the kernel; many images.
  [[3, 7, 7, 8], [3, 3, 8, 12], 2, "same"],
  [[1, 6, 5, 12], [4, 4, 12, 8], 2, "same"],
  [[2, 5, 5, 16], [3, 3, 16, 16], 1, 2],
  [[2, 9, 9, 4], [2, 2, 4, 24], 3, "valid"],
  [[37, 4, 4, 3], [3, 3, 3, 4], 2, 1],
];

/** Shaders that share memory take longest to compile: channels 1, 3, 5, 6, 8 and 16, strides 1 to 3, each padding, batches of 1 and odd. */
const casesForWorkgroups: readonly Case[] = [0, 3, 4, 8, 10, 11, 12].map((i) => cases[i]!);

/** Calls back for every product of the convolution: indices into image, filter and output. */
function eachProduct([image, filter, stride, pad]: Case, visit: (x: number, w: number, y: number) => void): readonly number[] {
  const info = tf.backend_util.computeConv2DInfo(
    image as [number, number, number, number],
    filter as [number, number, number, number],
    stride,
    1,
    pad,
  );
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth, padInfo } = info;
  for (let b = 0; b < batchSize; b++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        for (let ky = 0; ky < filterHeight; ky++) {
          for (let kx = 0; kx < filterWidth; kx++) {
            const [iy, ix] = [oy * stride + ky - padInfo.top, ox * stride + kx - padInfo.left];
            if (iy < 0 || iy >= inHeight || ix < 0 || ix >= inWidth) continue;
            for (let ci = 0; ci < inChannels; ci++) {
              for (let co = 0; co < outChannels; co++) {
                visit(
                  ((b * inHeight + iy) * inWidth + ix) * inChannels + ci,
                  ((ky * filterWidth + kx) * inChannels + ci) * outChannels + co,
                  ((b * outHeight + oy) * outWidth + ox) * outChannels + co,
                );
              }
            }
          }
        }
      }
    }
  }
  return info.outShape;
}

const size = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

await describeOnEachBackend("convolution kernels", (backend, device, tiles) => {
  computeOnTheDevice(backend);
  for (const tested of tiles === "workgroup" ? casesForWorkgroups : cases) {
    const [image, filter, strides, pad] = tested;
    it(`image ${image.join("×")}, filter ${filter.join("×")}, stride ${strides}, pad ${pad}: forward and both gradients agree with the sum over all products`, async () => {
      const outShape = eachProduct(tested, () => {});
      const tensors = [wave(image, 1), wave(filter, 2), wave(outShape, 3)] as const;
      const [x, w, dy] = await Promise.all(tensors.map((tensor) => tensor.data()));
      const expected = { y: new Float64Array(size(outShape)), dx: new Float64Array(size(image)), dw: new Float64Array(size(filter)) };
      eachProduct(tested, (i, j, k) => {
        expected.y[k]! += x![i]! * w![j]!;
        expected.dx[i]! += dy![k]! * w![j]!;
        expected.dw[j]! += x![i]! * dy![k]!;
      });
      const attributes = { strides, pad, dataFormat: "NHWC" };
      const [xs, ws, dys] = tensors as readonly [Tensor, Tensor, Tensor];
      const [y, dx, dw] = await runPoisoned(device(), () => [
        runKernel("Conv2D", { x: xs, filter: ws }, { ...attributes, dilations: 1 }),
        runKernel("Conv2DBackpropInput", { dy: dys, filter: ws }, { ...attributes, inputShape: image }),
        runKernel("Conv2DBackpropFilter", { x: xs, dy: dys }, { ...attributes, filterShape: filter }),
      ]);
      close(y!, expected.y, 1e-5, "output");
      close(dx!, expected.dx, 1e-5, "gradient in the image");
      close(dw!, expected.dw, 1e-5, "gradient in the filter");
      tf.dispose([...tensors]);
    });
  }
}, bothTilings);
