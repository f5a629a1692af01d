import { createHash } from "node:crypto";
import { checkOptions, show, text } from "../configuration/checkOptions.ts";
import { ConfigurationError, type Problem } from "../configuration/configurationError.ts";
import type { Json, Spec } from "../configuration/spec.ts";
import { type Shape, type Tensor, type Tensors, tf } from "../math/tensor.ts";
import type { Layer, VariablePlan } from "./layer.ts";
import type { NetworkFactory } from "./network.ts";
import { requireField } from "./requireField.ts";

export interface LayersModelOptions {
  /** Field of the record the model reads: `noise` for a generator, `samples` for a discriminator. */
  readonly field: string;
  /** Head its output becomes: `samples` for a generator, `logits` for a discriminator. */
  readonly head: string;
}

/** A weight of the model, its stable name, and the values it had when it was adapted. */
interface Weight {
  readonly name: string;
  readonly variable: tf.layers.Layer["weights"][number];
  readonly plan: VariablePlan;
}

/**
 * Takes a tf.layers model of one input and one output as a network. Its present weights are the initial parameters; the
 * model itself is read and never written, so training it here leaves it as it was.
 *
 * Weights are named by kind and number of their layer, `dense1/kernel`, not by tf.layers' names, which depend on what else
 * was created before. To build the network again from a checkpoint's spec, give the factory
 * `{ layersModel: () => layer }` with the layer of this factory's plan to `networkFromSpec`.
 *
 * @throws ConfigurationError for a model of several inputs or outputs, and for layers that cannot be a function of named
 * parameters: those that move statistics in every training pass (batch normalisation), keep a state, or draw numbers
 * of their own (dropout, noise). Build those of the layers of this library.
 * @example
 * ```ts
 * const generator = await fromLayersModel(model, { field: "noise", head: "samples" });
 * trainGAN$({ networks: { generator, discriminator: mlp().discriminator }, ... });
 * ```
 */
export async function fromLayersModel(model: tf.LayersModel, options: LayersModelOptions): Promise<NetworkFactory> {
  checkOptions("fromLayersModel", { field: text, head: text }, options);
  const { field, head } = options;
  refuse(modelProblems(model));
  const input = shapeOf(model.inputs[0]!.shape, "input");
  const output = shapeOf(model.outputs[0]!.shape, "output");
  const weights = await readWeights(model);
  const layer = modelLayer(model, weights, input, output);
  return {
    spec: { name: "layersModel", options: { ...options, model: layer.spec.options! } },
    plan(fields) {
      expectShape("input", input, requireField("fromLayersModel", fields, field).shape, field);
      if (head === "samples") expectShape("output", output, requireField("fromLayersModel", fields, head).shape, head);
      return { inputs: [{ field }], trunk: [layer], heads: { [head]: [] } };
    },
  };
}

function modelLayer(model: tf.LayersModel, weights: readonly Weight[], input: Shape, output: Shape): Layer {
  return {
    spec: describe(model, weights),
    name: "model",
    build(given) {
      expectShape("input", input, given, "the layer before it");
      return {
        output,
        parameters: Object.fromEntries(weights.map(({ name, plan }) => [name, plan])),
        apply: (x, { parameters, mode }) => applyWith(model, weights, parameters, x, mode.isTraining),
      };
    },
  };
}

/** Applies the model with these tensors in place of its weights. Synchronous, so nobody sees it between. */
function applyWith(model: tf.LayersModel, weights: readonly Weight[], parameters: Tensors, x: Tensor, training: boolean): Tensor {
  // LayerVariable has no way to be lent a tensor: write() copies the values, and cuts the tape.
  const slots = weights.map(({ variable }) => variable as unknown as { val: Tensor });
  const own = slots.map(({ val }) => val);
  try {
    slots.forEach((slot, i) => (slot.val = parameters[weights[i]!.name]!));
    return model.apply(x, { training }) as Tensor;
  } finally {
    slots.forEach((slot, i) => (slot.val = own[i]!));
  }
}

async function readWeights(model: tf.LayersModel): Promise<readonly Weight[]> {
  const counts = new Map<string, number>();
  const named = leavesOf(model).flatMap((layer) => {
    const kind = layer.getClassName().replace(/^./, (first) => first.toLowerCase());
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return layer.weights.map((variable) => ({ name: `${kind}${count}/${variable.originalName.split("/").at(-1)!}`, variable }));
  });
  return Promise.all(
    named.map(async ({ name, variable }) => {
      const values = new Float32Array(await variable.read().data());
      const spec: Spec = { name: "values", options: { sha256: createHash("sha256").update(values).digest("hex") } };
      return { name, variable, plan: { shape: variable.shape as number[], initializer: { spec, values: () => values.slice() } } };
    }),
  );
}

/** The layers of a model, and of models within it, in order. */
function leavesOf(model: tf.LayersModel): readonly tf.layers.Layer[] {
  return model.layers.flatMap((layer) => (layer instanceof tf.LayersModel ? leavesOf(layer) : [layer]));
}

function describe(model: tf.LayersModel, weights: readonly Weight[]): Spec {
  const topology = leavesOf(model).map((layer): Json => {
    const { name: _, ...config } = layer.getConfig();
    return { kind: layer.getClassName(), config: JSON.parse(JSON.stringify(config)) as Json };
  });
  const initial = Object.fromEntries(weights.map(({ name, plan }) => [name, plan.initializer.spec]));
  return { name: "layersModel", options: { topology, initial } };
}

const DRAWS_OWN_NUMBERS = /Dropout|Noise/;

function modelProblems(model: tf.LayersModel): readonly Problem[] {
  const counts = [
    ...(model.inputs.length === 1 ? [] : [{ path: "inputs", message: `expected a model of one input, got ${model.inputs.length}` }]),
    ...(model.outputs.length === 1 ? [] : [{ path: "outputs", message: `expected a model of one output, got ${model.outputs.length}` }]),
  ];
  const layers = leavesOf(model).flatMap((layer): readonly Problem[] => {
    const kind = layer.getClassName();
    const why = layer.stateful
      ? "keeps a state"
      : DRAWS_OWN_NUMBERS.test(kind)
        ? "draws numbers of its own"
        : layer.nonTrainableWeights.length > 0
          ? "has weights that are not trained, or moves statistics in every pass"
          : undefined;
    return why === undefined
      ? []
      : [{ path: layer.name, message: `${kind} ${why}, so it is no function of named parameters; build it of this library's layers` }];
  });
  return [...counts, ...layers];
}

function shapeOf(shape: readonly (number | null)[], what: string): Shape {
  const extents = shape.slice(1);
  if (extents.some((extent) => extent === null)) refuse([{ path: what, message: `expected a fixed shape after the batch, got ${show(shape)}` }]);
  return extents as number[];
}

function expectShape(path: string, own: Shape, given: Shape, where: string): void {
  if (own.join() === given.join()) return;
  refuse([{ path, message: `expected the model's shape ${show(own)} in ${where}, got ${show(given)}` }]);
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ConfigurationError("fromLayersModel", problems);
}
