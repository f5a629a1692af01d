import { tf, type Term } from "../../src/index.ts";
import { categoricalBound, gaussianBound } from "./bound.ts";

/** A code the generator reads and a head reads back. */
export interface Code {
  /** Its field, and its head. */
  readonly field: string;
  readonly kind: "category" | "continuous";
  /** Number of classes, or of codes. */
  readonly size: number;
  readonly weight: number;
}

/** The bound of one code as a term, its sign turned: turns minimise. */
export function informationTerm(turn: string, { field, kind, weight }: Code): Term {
  return {
    name: `information/${turn}/${field}`,
    turn,
    weight,
    of(seen) {
      // As the discriminator is shown them: a view may have moved rows.
      const codes = seen.shown("fake")[field]!;
      const read = seen.fake().heads[field]!;
      const bound = kind === "category" ? categoricalBound(codes, read) : gaussianBound(codes, read);
      seen.measure(`information/${field}`, bound);
      return tf.neg(bound);
    },
  };
}
