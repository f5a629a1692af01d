import { conditionalBatchNorm, ConfigurationError, projection, type FieldPlans, type Layer, type NetworkEdit } from "../../src/index.ts";
import { classesOf } from "./layers.ts";

/** Puts a conditional batch norm in the place of each batch norm of a network. */
export function conditionalEdit(field: string): NetworkEdit {
  return {
    spec: { name: "conditionalBatchNorm", options: { field } },
    edit(plan, fields) {
      const classes = oneLabel(field, fields, "generator");
      let replaced = 0;
      const edited = (layers: readonly Layer[]): readonly Layer[] =>
        layers.map((layer) => {
          if (layer.spec.name !== "batchNorm") return layer;
          replaced++;
          const { epsilon, momentum } = layer.spec.options as { readonly epsilon: number; readonly momentum: number };
          return conditionalBatchNorm({ classes, field, epsilon, momentum, ...(layer.name === undefined ? {} : { name: layer.name }) });
        });
      const trunk = edited(plan.trunk);
      const heads = Object.fromEntries(Object.entries(plan.heads).map(([head, layers]) => [head, edited(layers)]));
      if (replaced === 0) throw problem("generator", `"batchNorm" needs batch norms to make conditional, and there are none in it`);
      return { ...plan, trunk, heads };
    },
  };
}

/** Puts a projection in the place of the dense layer that ends in the logit. */
export function projectionEdit(field: string): NetworkEdit {
  return {
    spec: { name: "projection", options: { field } },
    edit(plan, fields) {
      const classes = oneLabel(field, fields, "discriminator");
      const { logits = [] } = plan.heads;
      const last = logits.at(-1);
      if (last?.spec.name !== "dense" || last.spec.options?.["units"] !== 1) {
        throw problem("discriminator", `"projection" takes the place of the dense layer of one unit that ends in the logit, and found ${last?.spec.name ?? "no head \"logits\""}; put plugins that wrap layers after this one`);
      }
      return { ...plan, heads: { ...plan.heads, logits: [...logits.slice(0, -1), projection({ classes, field })] } };
    },
  };
}

function oneLabel(field: string, fields: FieldPlans, network: string): number {
  const plan = fields[field]!;
  const classes = classesOf(field, plan, network === "generator" ? `"batchNorm"` : `"projection"`);
  if (plan.shape.length > 0) throw problem(network, `"projection" and "batchNorm" read one label for each sample, and "${field}" has ${plan.shape.join(" x ")}; with packing, use "concatenation" or "embedding"`);
  return classes;
}

function problem(path: string, message: string): ConfigurationError {
  return new ConfigurationError("conditional", [{ path, message }]);
}
