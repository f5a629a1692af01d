import { tf } from "../../math/tensor.ts";

/** The shape of images whose pixels are repeated `factor` times in both directions. */
export function enlarged([batch, height, width, channels]: readonly number[], factor: number): readonly number[] {
  return [batch!, height! * factor, width! * factor, channels!];
}

type Convolution = Parameters<typeof tf.backend_util.computeConv2DInfo>;

/**
 * Extents, strides and padding of an NHWC convolution, from a kernel's attributes.
 *
 * @throws Error for images that are not `[batch, height, width, channels]`.
 */
export function convolutionShape(
  imageShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dimRoundingMode, dataFormat }: Readonly<Record<string, unknown>>,
): tf.backend_util.Conv2DInfo {
  if (dataFormat !== "NHWC") {
    throw new Error(
      `convolution: images are [batch, height, width, channels] ("NHWC"), got dataFormat ${JSON.stringify(dataFormat)}`,
    );
  }
  return tf.backend_util.computeConv2DInfo(
    imageShape as Convolution[0],
    filterShape as Convolution[1],
    strides as Convolution[2],
    1,
    pad as Convolution[4],
    dimRoundingMode as Convolution[5],
    false,
  );
}
