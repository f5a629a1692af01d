import { checkOptions, integer } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { withView } from "../game/blueprint.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import { packedShape, packSamples } from "../math/augmentation/packSamples.ts";
import type { Tensor } from "../math/tensor.ts";
import type { FieldPlan, FieldPlans } from "../networks/network.ts";

export interface PackingOptions {
  /** Samples the discriminator judges together; it must divide the batch. */
  readonly size: number;
}

/**
 * The discriminator judges `size` samples at once, all real or all generated: a generator that always makes the same
 * shows it. Nothing else changes: the first layer of the discriminator is wider, and a batch of n gives n / size logits.
 *
 * Every field of the record is joined along its last axis, so images gain channels, points coordinates, and a label
 * becomes the labels of the pack's members, `[batch / size, size]`, in their order. Put it after views that augment single
 * samples. A head that names one class per sample does not fit a pack.
 *
 * @throws ConfigurationError for wrong options, at assembly where `size` does not divide the batch, and in a round where it
 *   does not divide that round's
 * @example
 * ```ts
 * train$(game, packing({ size: 2 }), discriminatorStep(), generatorStep());
 * ```
 * Reference: Lin, Khetan, Fanti & Oh 2018, "PacGAN: the power of two samples in generative adversarial networks".
 */
export function packing(options: PackingOptions): Plugin {
  checkOptions("packing", { size: integer() }, options);
  const { size } = options;
  const ofPack = (field: FieldPlan): FieldPlan => ({ ...field, shape: packedShape(field.shape, size) });
  const each = <A, B>(record: Readonly<Record<string, A>>, of: (value: A) => B): Record<string, B> =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]));
  return definePlugin("packing", (round$) => round$, {
    options: { size },
    assemble: (blueprint) => {
      const { batchSize } = blueprint;
      if (batchSize % size !== 0) throw new RangeError(`size: expected a divisor of the batch size ${batchSize}, got ${size}; ${divisors(batchSize)} divide it`);
      return withView(blueprint, {
        name: "packing",
        spec: { name: "packing", options: { size } },
        joins: size,
        of: (record) => each(record, (rows) => packSamples(expectPacks(rows, size), size)),
        fields: (fields: FieldPlans) => each(fields, ofPack),
      });
    },
  });
}

/** The batch that is shown, which is not the game's where a round has one of its own. */
function expectPacks(rows: Tensor, size: number): Tensor {
  const batch = rows.shape[0]!;
  if (batch % size === 0) return rows;
  throw new ConfigurationError("packing", [{ path: "size", message: `expected a divisor of the ${batch} samples that are shown at once, got ${size}; ${divisors(batch)} divide them` }]);
}

function divisors(of: number): string {
  return Array.from({ length: of }, (_, i) => i + 1).filter((divisor) => of % divisor === 0).join(", ");
}
