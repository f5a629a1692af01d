import { ConfigurationError } from "../configuration/configurationError.ts";
import type { FieldPlans } from "../networks/network.ts";

/** The fields as they are. @throws ConfigurationError unless `samples` are images `[height, width, channels]` */
export function expectImages(owner: string, fields: FieldPlans): FieldPlans {
  const shape = fields["samples"]?.shape;
  if (shape?.length === 3) return fields;
  const got = shape === undefined ? "nothing" : `shape [${shape.join(", ")}]`;
  throw new ConfigurationError(owner, [{ path: "samples", message: `expected images [height, width, channels], got ${got}` }]);
}
