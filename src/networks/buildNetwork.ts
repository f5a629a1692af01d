import { ConfigurationError } from "../configuration/configurationError.ts";
import { fold } from "../math/random/fold.ts";
import type { Shape, Tensor, Tensors } from "../math/tensor.ts";
import { buildChain, type Chain } from "./chain.ts";
import { joinInputs } from "./joinInputs.ts";
import type { LayerContext, Mode, VariablePlan } from "./layer.ts";
import type { FieldPlan, FieldPlans, InputPlan, Network, NetworkPlan, Pass } from "./network.ts";
import { networkSpec } from "./networkSpec.ts";

/** A chain of layers and the prefix of its variables' names: empty for the trunk. */
interface Part {
  readonly prefix: string;
  readonly chain: Chain;
}

/** A head, and the head it stands on where that is not the trunk. */
interface Head {
  readonly head: string;
  readonly base: string | undefined;
  readonly part: Part;
}

/**
 * Builds a network from its plan once the shapes of the record's fields are known. Allocates nothing.
 *
 * Variables of the trunk are named `layer/variable` (`conv2d1/kernel`), of a head `head/layer/variable`
 * (`logits/dense1/bias`), of an input's own layers `inputs/field/layer/variable` (`inputs/labels/embedding1/table`).
 *
 * @throws ConfigurationError where a field is missing, a layer cannot take its input, or names collide.
 */
export function buildNetwork(name: string, plan: NetworkPlan, fields: FieldPlans): Network {
  const inputs = plan.inputs.map((input) => buildInput(name, input, fields));
  const join = joinInputs(name, inputs.map(({ field, part }) => ({ field, shape: part.chain.output })));
  const trunk: Part = { prefix: "", chain: buildChain(plan.trunk, join.output, name) };
  const heads = buildHeads(name, plan, trunk.chain.output);
  refuseCollisions(name, trunk.chain.names, heads.map(({ head }) => head));
  const parts = [...inputs.map(({ part }) => part), trunk, ...heads.map(({ part }) => part)];

  return {
    name,
    inputs: plan.inputs.map(({ field }) => field),
    parameters: plansOf(parts, "parameters"),
    buffers: plansOf(parts, "buffers"),
    mixesSamples: [...plan.inputs.flatMap(({ layers = [] }) => layers), ...plan.trunk, ...Object.values(plan.heads).flat()].some((layer) => layer.mixesSamples),
    heads: Object.fromEntries(heads.map(({ head, part }): [string, Shape] => [head, part.chain.output])),
    spec: networkSpec(name, plan),
    apply(parameters: Tensors, buffers: Tensors, record: Tensors, mode: Mode): Pass {
      const moved: Record<string, Tensor> = {};
      const context: LayerContext = { parameters, buffers, inputs: record, mode };
      const through = (part: Part, input: Tensor): Tensor => applyPart(part, input, context, moved);
      const joined = join.apply(inputs.map(({ field, part }) => through(part, readField(name, record, field))));
      const features = through(trunk, joined);
      const outputs: Record<string, Tensor> = {};
      for (const { head, base, part } of heads) outputs[head] = through(part, base === undefined ? features : outputs[base]!);
      return { heads: outputs, features, buffers: moved };
    },
  };
}

/** The heads, each after the one it stands on. */
function buildHeads(owner: string, { heads, standsOn = {} }: NetworkPlan, features: Shape): readonly Head[] {
  const built: Head[] = [];
  const place = (head: string, above: readonly string[]): Shape => {
    const known = built.find((one) => one.head === head);
    if (known !== undefined) return known.part.chain.output;
    const base = standsOn[head];
    if (base !== undefined && (heads[base] === undefined || above.includes(base))) {
      throw new ConfigurationError(owner, [{ path: head, message: `expected to stand on another head (${Object.keys(heads).join(", ")}), got "${base}"` }]);
    }
    const input = base === undefined ? features : place(base, [...above, base]);
    const chain = buildWithPath(owner, head, () => buildChain(heads[head]!, input, owner));
    built.push({ head, base, part: { prefix: `${head}/`, chain } });
    return chain.output;
  };
  for (const head of Object.keys(heads)) place(head, [head]);
  return built;
}

/** Applies a part and collects, in training, the buffers it moves. */
function applyPart(part: Part, input: Tensor, context: LayerContext, moved: Record<string, Tensor>): Tensor {
  const { prefix, chain } = part;
  if (chain.names.length === 0) return input;
  const local: LayerContext =
    prefix === ""
      ? context
      : {
          ...context,
          parameters: within(context.parameters, prefix, chain.parameters),
          buffers: within(context.buffers, prefix, chain.buffers),
          mode: { ...context.mode, key: fold(context.mode.key, ...prefix.slice(0, -1).split("/")) },
        };
  const result = chain.apply(input, local);
  if (context.mode.isTraining) {
    for (const [variable, value] of Object.entries(result.buffers)) moved[prefix + variable] = value;
  }
  return result.output;
}

function within(tensors: Tensors, prefix: string, plans: Readonly<Record<string, VariablePlan>>): Tensors {
  const local: Record<string, Tensor> = {};
  for (const variable of Object.keys(plans)) {
    const tensor = tensors[prefix + variable];
    if (tensor === undefined) throw new Error(`${prefix}${variable}: no tensor was given for this variable of the network`);
    local[variable] = tensor;
  }
  return local;
}

function buildInput(name: string, { field, layers = [] }: InputPlan, fields: FieldPlans): { field: string; part: Part } {
  const plan: FieldPlan | undefined = fields[field];
  const path = `inputs/${field}`;
  if (plan === undefined) {
    const known = Object.keys(fields).join(", ");
    throw new ConfigurationError(name, [{ path, message: `expected a field of the record, which has ${known || "none"}` }]);
  }
  if (plan.dtype === "int32" && layers.length === 0) {
    throw new ConfigurationError(name, [
      { path, message: "is a whole number per sample, which no layer can mix with others; give it embedding() or oneHot()" },
    ]);
  }
  const chain = buildWithPath(name, path, () => buildChain(layers, plan.shape, name));
  return { field, part: { prefix: `${path}/`, chain } };
}

function buildWithPath(owner: string, prefix: string, build: () => Chain): Chain {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(owner, error.problems.map(({ path, message }) => ({ path: `${prefix}/${path}`, message })));
  }
}

/** A trunk layer called like a head, or either called `inputs`, would share variable names. */
function refuseCollisions(owner: string, layers: readonly string[], heads: readonly string[]): void {
  const taken = ["inputs", ...heads];
  const problems = [
    ...layers.filter((layer) => taken.includes(layer)),
    ...heads.filter((head) => head === "inputs"),
  ].map((path) => ({ path, message: "this name is taken by a head or by the inputs; choose another" }));
  if (problems.length > 0) throw new ConfigurationError(owner, problems);
}

function plansOf(parts: readonly Part[], kind: "parameters" | "buffers"): Readonly<Record<string, VariablePlan>> {
  return Object.fromEntries(
    parts.flatMap(({ prefix, chain }) => Object.entries(chain[kind]).map(([variable, plan]) => [prefix + variable, plan] as const)),
  );
}

function readField(owner: string, record: Tensors, field: string): Tensor {
  const tensor = record[field];
  if (tensor === undefined) {
    throw new Error(`${owner}: the record has no "${field}", only ${Object.keys(record).join(", ") || "nothing"}`);
  }
  return tensor;
}
