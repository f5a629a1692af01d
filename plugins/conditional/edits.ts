import { conditionalBatchNorm, ConfigurationError, equalised, projection, type FieldPlans, type Layer, type NetworkEdit, type Spec } from "../../src/index.ts";
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

/** Puts a projection in the place of the dense layer that ends in the logit, with an equalised kernel where that has one. */
export function projectionEdit(field: string): NetworkEdit {
  return {
    spec: { name: "projection", options: { field } },
    edit(plan, fields) {
      const classes = oneLabel(field, fields, "discriminator");
      const { logits = [] } = plan.heads;
      const last = logits.at(-1);
      const head = last && inPlaceOf(last.spec, projection({ classes, field }));
      if (head === undefined) {
        throw problem("discriminator", `"projection" takes the place of the dense layer of one unit, plain or equalised, that ends in the logit, and found ${last === undefined ? `no head "logits"` : inWords(last.spec)}; put plugins that wrap layers after this one, or take "concatenation"`);
      }
      return { ...plan, heads: { ...plan.heads, logits: [...logits.slice(0, -1), head] } };
    },
  };
}

/** A projection as it stands for a dense layer of one unit, nothing where there is none. */
function inPlaceOf({ name, options = {} }: Spec, layer: Layer): Layer | undefined {
  if (name === "dense") return options["units"] === 1 ? layer : undefined;
  const inner = name === "equalised" ? inPlaceOf(options["layer"] as Spec, layer) : undefined;
  return inner && equalised(inner, { gain: options["gain"] as number });
}

/** `dense of 2 units`, `spectralNorm of dense`. */
function inWords({ name, options = {} }: Spec): string {
  if (name === "dense") return `dense of ${String(options["units"])} units`;
  const inner = options["layer"] as Spec | undefined;
  return inner === undefined ? name : `${name} of ${inner.name}`;
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
