import { ConfigurationError } from "../configuration/configurationError.ts";
import type { FieldPlan, FieldPlans } from "./network.ts";

/** A field a network factory needs. @throws ConfigurationError where the record has none of this name. */
export function requireField(owner: string, fields: FieldPlans, field: string): FieldPlan {
  const plan = fields[field];
  if (plan !== undefined) return plan;
  throw new ConfigurationError(owner, [
    { path: field, message: `expected the data or noise to provide this field, got ${Object.keys(fields).join(", ") || "no fields"}` },
  ]);
}
