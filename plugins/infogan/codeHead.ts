import { ConfigurationError, dense, flatten, leakyRelu, type FieldPlans, type Layer } from "../../src/index.ts";
import type { Code } from "./terms.ts";

/**
 * The layers that read a code from the trunk's features: logits of its classes, or every mean, then every deviation, of
 * its numbers.
 *
 * @throws ConfigurationError where a view lays the codes of several samples side by side
 */
export function codeHead({ field, kind, size }: Code, fields: FieldPlans, hidden: number): readonly Layer[] {
  const { shape } = fields[field]!;
  if (shape.join() !== (kind === "category" ? [] : [size]).join()) {
    throw new ConfigurationError("infogan", [{ path: field, message: `expected the code of one sample, got shape [${shape.join(", ")}]: a head reads one sample's code; leave packing out` }]);
  }
  return [flatten(), dense({ units: hidden }), leakyRelu({ slope: 0.1 }), dense({ units: kind === "category" ? size : 2 * size })];
}
