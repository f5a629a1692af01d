import { ConfigurationError } from "../../configuration/configurationError.ts";
import { sizeOf } from "../../math/tensor.ts";
import type { BuiltLayer, Layer, VariablePlan } from "../layer.ts";

/** The kernel of a layer, for layers that make it of something else. */
export interface Kernel extends VariablePlan {
  readonly outputAxis: number;
  /** How many products are summed into one output: window · inputs. */
  readonly fanIn: number;
}

/** The layer's parameter `kernel`. @throws ConfigurationError for a layer without one. */
export function expectKernel(owner: string, layer: Layer, built: BuiltLayer): Kernel {
  const plan = built.parameters?.["kernel"];
  if (plan === undefined) {
    const message = `expected a layer with a kernel (dense, conv2d, conv2dTranspose, resizeConv, maxout …), got ${layer.spec.name}`;
    throw new ConfigurationError(owner, [{ path: "layer", message }]);
  }
  const { shape, outputAxis = shape.length - 1 } = plan;
  return { ...plan, outputAxis, fanIn: sizeOf(shape) / shape[outputAxis]! };
}
