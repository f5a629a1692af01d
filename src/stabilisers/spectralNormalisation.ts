import { checkOptions, integer, listOf, optional, text } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import type { Spec } from "../configuration/spec.ts";
import { withNetworkEdit } from "../game/blueprint.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import { layerNames } from "../networks/chain.ts";
import type { Layer } from "../networks/layer.ts";
import { spectralNorm } from "../networks/layers/spectralNorm.ts";
import type { NetworkPlan } from "../networks/network.ts";

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
 * @throws ConfigurationError for wrong options, and, before the first round, for kinds that the network has no layer of
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
          expectKinds(plan, network, kinds);
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

/** A kind that is misspelt, or a network without any of them, would be trained as if nothing had been asked for. */
function expectKinds({ inputs, trunk, heads }: NetworkPlan, network: string, kinds: readonly string[]): void {
  const specs = [...inputs.flatMap(({ layers = [] }) => layers), ...trunk, ...Object.values(heads).flat()].flatMap(({ spec }) => specsIn(spec));
  const there = [...new Set(specs.map(({ name }) => name))];
  const unknown = kinds.filter((kind) => !ours.includes(kind) && !there.includes(kind));
  const missing = unknown.length > 0 ? unknown : kinds.some((kind) => there.includes(kind)) ? [] : kinds;
  if (missing.length === 0) return;
  throw new ConfigurationError("spectralNormalisation", [{ path: "kinds", message: `expected kinds of layers of "${network}", which has ${there.join(", ")}, got ${missing.join(", ")}` }]);
}

/** A layer's spec and those of the layers it holds. */
function specsIn(spec: Spec): readonly Spec[] {
  return [spec, ...innerOf(spec).flatMap(specsIn)];
}

function innerOf({ options = {} }: Spec): readonly Spec[] {
  const { layer, layers = [] } = options as { readonly layer?: Spec; readonly layers?: readonly Spec[] };
  return [...(layer === undefined ? [] : [layer]), ...layers];
}

/** Whether a layer is of one of these kinds, or holds one that is. */
function hasKind(spec: Spec, kinds: readonly string[]): boolean {
  return spec.name !== "spectralNorm" && (kinds.includes(spec.name) || innerOf(spec).some((inner) => hasKind(inner, kinds)));
}
