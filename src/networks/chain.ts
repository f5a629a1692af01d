import { ConfigurationError } from "../configuration/configurationError.ts";
import { fold } from "../math/random/fold.ts";
import type { Shape, Tensor, Tensors } from "../math/tensor.ts";
import type { BuiltLayer, Layer, LayerContext, LayerResult, VariablePlan } from "./layer.ts";

/** Layers one after another whose shapes are known, itself a layer: its variables are named `layer/variable`. */
export interface Chain extends BuiltLayer {
  readonly parameters: Readonly<Record<string, VariablePlan>>;
  readonly buffers: Readonly<Record<string, VariablePlan>>;
  /** Names of its layers in order. */
  readonly names: readonly string[];
  apply(input: Tensor, context: LayerContext): { readonly output: Tensor; readonly buffers: Tensors };
}

/** From a variable's name in the chain to its name in the layer. */
type Local = readonly (readonly [full: string, local: string])[];

interface Link {
  readonly name: string;
  readonly layer: BuiltLayer;
  readonly parameters: Local;
  readonly buffers: Local;
}

/**
 * Builds layers one after another: the output shape of each is the input shape of the next.
 *
 * A layer without a name is called by its kind and its number among the layers of that kind in this list (`conv2d1`,
 * `batchNorm1`, `conv2d2`), so that adding a layer of another kind renames nothing. In every pass each layer's key is
 * the chain's key with the layer's name folded in.
 *
 * @throws ConfigurationError with the layer's name in the path, where a layer cannot take its input or a name repeats.
 */
export function buildChain(layers: readonly Layer[], input: Shape, owner: string): Chain {
  const names = layerNames(layers, owner);
  let shape = input;
  const links = layers.map((layer, index): Link => {
    const name = names[index]!;
    const built = buildWithin(owner, name, () => layer.build(shape));
    shape = built.output;
    const locals = (plans: Readonly<Record<string, VariablePlan>> | undefined): Local =>
      Object.keys(plans ?? {}).map((local) => [`${name}/${local}`, local] as const);
    return { name, layer: built, parameters: locals(built.parameters), buffers: locals(built.buffers) };
  });
  return {
    output: shape,
    names,
    parameters: plansOf(links, "parameters"),
    buffers: plansOf(links, "buffers"),
    apply: (tensor, context) => applyLinks(links, tensor, context),
  };
}

function applyLinks(links: readonly Link[], input: Tensor, context: LayerContext): { output: Tensor; buffers: Tensors } {
  const moved: Record<string, Tensor> = {};
  let tensor = input;
  for (let at = 0; at < links.length; at++) {
    const { name, layer, parameters, buffers } = links[at]!;
    const own: LayerContext = {
      ...context,
      parameters: pick(context.parameters, parameters),
      buffers: pick(context.buffers, buffers),
      mode: { ...context.mode, key: fold(context.mode.key, name) },
    };
    const activation = links[at + 1]?.layer.apply.activation;
    const activated = activation === undefined ? undefined : layer.apply.thenActivated?.(tensor, own, activation);
    if (activated !== undefined) at++;
    const result = asResult(activated ?? layer.apply(tensor, own));
    for (const [local, value] of Object.entries(result.buffers ?? {})) moved[`${name}/${local}`] = value;
    tensor = result.output;
  }
  return { output: tensor, buffers: moved };
}

/**
 * What the layers of one list are called.
 *
 * @throws ConfigurationError where a name repeats
 */
export function layerNames(layers: readonly Layer[], owner: string): readonly string[] {
  const counts = new Map<string, number>();
  const names = layers.map(({ spec, name }) => {
    const count = (counts.get(spec.name) ?? 0) + 1;
    counts.set(spec.name, count);
    return name ?? `${spec.name}${count}`;
  });
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new ConfigurationError(owner, [
      { path: repeated, message: "two layers of one list have this name; give one of them another `name`" },
    ]);
  }
  return names;
}

/** Puts the layer's name in front of the paths of what it complains about. */
function buildWithin(owner: string, name: string, build: () => BuiltLayer): BuiltLayer {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(
      owner,
      error.problems.map(({ path, message }) => ({ path: path === "" ? name : `${name}/${path}`, message })),
    );
  }
}

function plansOf(links: readonly Link[], kind: "parameters" | "buffers"): Readonly<Record<string, VariablePlan>> {
  return Object.fromEntries(
    links.flatMap((link) => link[kind].map(([full, local]) => [full, link.layer[kind]![local]!] as const)),
  );
}

function pick(tensors: Tensors, names: Local): Tensors {
  const picked: Record<string, Tensor> = {};
  for (const [full, local] of names) {
    const tensor = tensors[full];
    if (tensor === undefined) throw new Error(`${full}: no tensor was given for this variable of the network`);
    picked[local] = tensor;
  }
  return picked;
}

/** What a layer answers, whether it moves buffers or not. */
export function asResult(result: Tensor | LayerResult): LayerResult {
  return "output" in result ? result : { output: result };
}
