import {
  checkOptions, conditions, definePlugin, either, having, integer, listOf, oneOf, optional, text, withNetworkEdit, withSource,
  type Blueprint, type Json, type Layer, type Plugin, type Source,
} from "../../src/index.ts";
import { conditionalEdit, projectionEdit } from "./edits.ts";
import { conditionLayers, type Joining } from "./layers.ts";

export interface ConditionalOptions<Field extends string = "labels"> {
  /** What both players are told: a field of the data, such as labels, an attribute vector, or an image. Default `labels`. */
  readonly field?: Field;
  /** What the generator is asked for: drawn as the data have it, or every class alike. Default `data`. */
  readonly draw?: "data" | "uniform";
  /**
   * How the generator reads it: joined to the noise as indicators (`concatenation`) or as learnt vectors (`embedding`), by
   * a scale and an offset per class in the place of each batch norm (`batchNorm`), or joined after layers of your own.
   * Default `concatenation`.
   */
  readonly generator?: Joining | "batchNorm" | readonly Layer[];
  /**
   * How the discriminator reads it: joined to the samples (on images as further channels), or by an inner product of its
   * features with a vector per class (`projection`); `none` where another plugin judges the classes (`acgan`). Default
   * `concatenation`.
   */
  readonly discriminator?: Joining | "projection" | "none" | readonly Layer[];
  /** Length of the vectors of an `embedding`, and of the code an image becomes where it is joined to a vector. Default 32. */
  readonly units?: number;
}

/**
 * Tells both players what a sample is to be: the generator makes G(z, y) of what it is asked for, the discriminator judges
 * pairs, D(x, y), of real samples with what goes with them and generated ones with what was asked. Works with every
 * objective; the terms stay as they are.
 *
 *     min_G max_D E[log D(x, y)] + E[log(1 − D(G(z, y), y))]
 *
 * Rows stay aligned under every view: in a pack (`packing`) the discriminator reads the conditions of all its members.
 *
 * @throws ConfigurationError for wrong options; at assembly, where nothing before it provides the field; when the run
 * opens, where a field that is no label is to be embedded, projected or drawn uniformly, labels have only one class, or a network has
 * nothing to edit
 * @example
 * ```ts
 * trainGAN$({ …, plugins: [conditional()], samples: { every: 250, count: 100, given: { labels: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] } } });
 * ```
 * Reference: Mirza and Osindero 2014, "Conditional generative adversarial nets", section 3.2; `batchNorm`: Dumoulin et al.
 * 2017; `projection`: Miyato and Koyama 2018.
 */
export function conditional(options?: Omit<ConditionalOptions, "field">): Plugin<never, "labels">;
export function conditional<const Field extends string>(options: ConditionalOptions<Field> & { readonly field: Field }): Plugin<never, Field>;
export function conditional<const Field extends string = "labels">(options: ConditionalOptions<Field> = {}): Plugin<never, Field> {
  checkOptions("conditional", checks, options);
  const field = (options.field ?? "labels") as Field;
  const { draw = "data", generator = "concatenation", discriminator = "concatenation", units = 32 } = options;
  return definePlugin("conditional", (round$) => round$, {
    options: { field, draw, generator: inWords(generator), discriminator: inWords(discriminator), units },
    needs: [field],
    assemble: (blueprint) => {
      const asked = withSource(blueprint, field, conditions(providerOf(blueprint, field), { field, draw }), "generator");
      const making = generator === "batchNorm" ? withNetworkEdit(asked, "generator", conditionalEdit(field)) : joined(asked, "generator", generator);
      if (discriminator === "none") return making;
      return discriminator === "projection" ? withNetworkEdit(making, "discriminator", projectionEdit(field)) : joined(making, "discriminator", discriminator);
    },
  });

  function joined(blueprint: Blueprint, network: "generator" | "discriminator", how: Joining | readonly Layer[]): Blueprint {
    return withNetworkEdit(blueprint, network, {
      spec: { name: "input", options: { field } },
      edit: (plan, fields) => ({
        ...plan,
        inputs: [...plan.inputs, { field, layers: typeof how === "string" ? conditionLayers({ field, how, units }, plan, fields) : how }],
      }),
    });
  }
}

/** The source that has the field. @throws RangeError where none has, or the generator reads it already */
function providerOf({ latents, sources }: Blueprint, field: string): Source {
  if ((latents["generator"] ?? []).some((source) => sources[source]?.provides.includes(field))) throw new RangeError(`the generator reads "${field}" already; leave one of the plugins out`);
  const provider = Object.values(sources).find((source) => source.provides.includes(field));
  if (provider === undefined) throw new RangeError(`expected a source that provides "${field}", got ${Object.keys(sources).join(", ")}`);
  return provider;
}

const layers = listOf(having("a layer", "build"));
const checks = {
  field: optional(text),
  draw: optional(oneOf("data", "uniform")),
  generator: optional(either(oneOf("concatenation", "embedding", "batchNorm"), layers)),
  discriminator: optional(either(oneOf("concatenation", "embedding", "projection", "none"), layers)),
  units: optional(integer()),
};

function inWords(how: string | readonly Layer[]): Json {
  return typeof how === "string" ? how : how.map(({ spec }) => ({ ...spec }));
}
