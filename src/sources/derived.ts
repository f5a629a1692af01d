import type { Json } from "../configuration/spec.ts";
import type { Batch, Source, SourceContext } from "../game/source.ts";
import type { FieldPlans } from "../networks/network.ts";

/** What a source makes of another one, once that is open. */
export interface OpenDerivation {
  readonly fields: FieldPlans;
  /** The new batch: the other's samples from `position` on, changed. Pure in the position. */
  batch(batch: Batch, position: number): Batch;
}

/** How a source is made of another. */
export interface Derivation<Fields extends string> {
  readonly name: string;
  readonly options: { readonly [key: string]: Json };
  readonly provides: readonly Fields[];
  /** @throws where the other's fields do not fit */
  open(fields: FieldPlans, context: SourceContext): OpenDerivation;
}

/** A source that changes what another answers; its batch size, its length and its closing are the other's. */
export function derived<Fields extends string>(source: Source, { name, options, provides, open: derive }: Derivation<Fields>): Source<Fields> {
  const { spec, batchSize } = source;
  return {
    spec: { name, options: { ...options, source: { name: spec.name, options: spec.options ?? {} } } },
    provides,
    ...(batchSize === undefined ? {} : { batchSize }),
    open: async (context) => {
      const open = await source.open(context);
      const { fields, batch } = derive(open.fields, context);
      return {
        fields,
        ...(open.length === undefined ? {} : { length: open.length }),
        ...(open.content === undefined ? {} : { content: open.content }),
        at: (position, count, signal) => {
          const answer = open.at(position, count, signal);
          // Answers worked out on the spot stay so: a run without promises never waits.
          return "then" in answer ? answer.then((one) => batch(one, position)) : batch(answer, position);
        },
        ...(open.close === undefined ? {} : { close: () => open.close!() }),
      };
    },
  };
}
