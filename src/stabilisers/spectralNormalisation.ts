import { checkOptions, integer, listOf, optional, text } from "../configuration/checkOptions.ts";
import type { Json, Spec } from "../configuration/spec.ts";
import { withNetworkEdit } from "../game/blueprint.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import { layerNames } from "../networks/chain.ts";
import type { Layer } from "../networks/layer.ts";
import { spectralNorm } from "../networks/layers/spectralNorm.ts";

export interface SpectralNormalisationOptions {
  /** Default `discriminator`. */
  readonly network?: string;
  /** Power iterations per pass. Default 1. */
  readonly iterations?: number;
  /** Kinds of layers that are normalised. Default all of ours with a kernel: `dense`, `conv2d` and their kin. */
  readonly kinds?: readonly string[];
}

const ours = ["dense", "conv2d", "conv2dTranspose", "resizeConv", "maxout", "projection", "selfAttention"];

/**
 * Spectral normalisation of a network: every dense and convolutional layer of it, those of its heads, inputs and sequences
 * included, becomes a `spectralNorm` layer. Parameters keep their names; the power iteration's vectors are buffers.
 *
 * Layers that other plugins add before it are wrapped, too; layers that are wrapped already stay as they are.
 *
 * @throws ConfigurationError for wrong options
 * @example
 * ```ts
 * train$(game, spectralNormalisation(), discriminatorStep(), generatorStep());
 * ```
 * Reference: Miyato, Kataoka, Koyama and Yoshida 2018, "Spectral normalization for generative adversarial networks".
 */
export function spectralNormalisation(options: SpectralNormalisationOptions = {}): Plugin {
  checkOptions("spectralNormalisation", { network: optional(text), iterations: optional(integer()), kinds: optional(listOf(text, 1)) }, options);
  const { network = "discriminator", iterations = 1, kinds = ours } = options;
  return definePlugin("spectralNormalisation", (round$) => round$, {
    options: { network, iterations, kinds: [...kinds] },
    assemble: (blueprint) =>
      withNetworkEdit(blueprint, network, {
        spec: { name: "spectralNormalisation", options: { iterations, kinds: [...kinds] } },
        edit(plan) {
          const wrapped = (layers: readonly Layer[]): readonly Layer[] => {
            const names = layerNames(layers, network);
            return layers.map((layer, i) => (hasKind(layer.spec, kinds) ? spectralNorm(layer, { iterations, name: names[i]! }) : layer));
          };
          return {
            ...plan,
            inputs: plan.inputs.map(({ layers, ...input }) => (layers === undefined ? input : { ...input, layers: wrapped(layers) })),
            trunk: wrapped(plan.trunk),
            heads: Object.fromEntries(Object.entries(plan.heads).map(([head, layers]) => [head, wrapped(layers)])),
          };
        },
      }),
  });
}

/** Whether a layer is of one of these kinds, or holds one that is. */
function hasKind({ name, options = {} }: Spec, kinds: readonly string[]): boolean {
  if (name === "spectralNorm") return false;
  const inner = [options["layer"], ...((options["layers"] as readonly Json[] | undefined) ?? [])];
  return kinds.includes(name) || inner.some((layer) => layer !== undefined && hasKind(layer as Spec, kinds));
}
