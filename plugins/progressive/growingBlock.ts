import { sequence, type BuiltLayer, type Layer, type LayerContext, type Shape, type Tensor, type VariablePlan } from "../../src/index.ts";

/** The settings that tell the growing layers how far they have grown. Where there are none, they are fully grown. */
export const SIDE = "progressive/side";
export const ALPHA = "progressive/alpha";

/** How far a layer of a network for `side` pixels has grown in this pass. */
export function grownIn({ mode: { settings } }: LayerContext, side: number): { readonly side: number; readonly alpha: number } {
  return { side: settings[SIDE] ?? side, alpha: settings[ALPHA] ?? 1 };
}

/** Layers one after another under a name: a block of a growing layer. */
export interface GrowingBlock {
  readonly output: Shape;
  readonly parameters: Readonly<Record<string, VariablePlan>>;
  apply(x: Tensor, context: LayerContext): Tensor;
}

/** Builds a block; its parameters are called `name/layer/variable` within the growing layer. */
export function growingBlock(name: string, layers: readonly Layer[], input: Shape): GrowingBlock {
  const built: BuiltLayer = sequence({ layers }).build(input);
  const locals = Object.keys(built.parameters ?? {});
  return {
    output: built.output,
    parameters: Object.fromEntries(locals.map((local) => [`${name}/${local}`, built.parameters![local]!])),
    apply(x, context) {
      const parameters = Object.fromEntries(locals.map((local) => [local, context.parameters[`${name}/${local}`]!]));
      const result = built.apply(x, { ...context, parameters });
      return "output" in result ? result.output : result;
    },
  };
}

/** The parameters of all blocks. */
export function parametersOf(blocks: Iterable<GrowingBlock>): Readonly<Record<string, VariablePlan>> {
  return Object.assign({}, ...[...blocks].map(({ parameters }) => parameters));
}
