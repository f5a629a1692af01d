import { checkOptions, integer, number, optional, text } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import type { Spec } from "../configuration/spec.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import type { Term } from "../game/term.ts";
import { withTermEdit } from "../game/withTermEdit.ts";
import { bestRows, pickRows } from "../math/objectives/bestRows.ts";
import { withRows } from "./withRows.ts";

export interface TopKOptions {
  /** Share of the batch that counts at first, in (0, 1]. Default 1. */
  readonly from?: number;
  /** Share that counts in the end, at most `from`. Default 0.5. */
  readonly to?: number;
  /** Rounds from the first share to the last. */
  readonly rounds: number;
  /** Default `adversary` and `generator`: whose samples are chosen, in which turn. */
  readonly adversary?: string;
  readonly turn?: string;
}

/**
 * Lets only those generated samples count in the generator's loss that the discriminator finds most real: the others,
 * whose gradient would move them away from the data as likely as towards them, are left out. All count at first, while the
 * discriminator knows little.
 *
 * In round t the k samples with the largest logits count, k = max(1, round(share · batch)), share = from · (to / from)^(t /
 * rounds), and no less than `to` after that. The discriminator's turn is as before. For objectives that judge by logits.
 *
 * @throws ConfigurationError for wrong options; at assembly where the game has no such term, or compares samples in pairs
 * Reference: Sinha, Zhao, Goyal, Raffel & Odena 2020, "Top-k training of GANs", section 3.
 */
export function topK(options: TopKOptions): Plugin {
  const share = number({ above: 0, maximum: 1 });
  checkOptions("topK", { from: optional(share), to: optional(share), rounds: integer(), adversary: optional(text), turn: optional(text) }, options);
  const { from = 1, to = 0.5, rounds, adversary = "adversary", turn = "generator" } = options;
  if (to > from) throw new ConfigurationError("topK", [{ path: "to", message: `expected at most from, ${from}, got ${to}` }]);
  const described = { from, to, rounds, adversary, turn };
  return definePlugin("topK", (round$) => round$, {
    options: described,
    assemble: (blueprint) =>
      withTermEdit(blueprint, `${adversary}/${turn}`, (term) => ({
        ...expectUnpaired(term),
        spec: { name: "topK", options: { ...described, term: { ...(term.spec ?? { name: term.name }) } } },
        of: (seen) => {
          const { logits } = seen.fake(adversary).heads;
          if (logits === undefined) throw new RangeError(`topK: "${seen.discriminatorOf(adversary)}" needs a head "logits"`);
          const batch = logits.shape[0]!;
          const count = Math.max(1, Math.round(shareAt(seen.index, from, to, rounds) * batch));
          if (count === batch) return term.of(seen);
          const best = bestRows(logits, count);
          return term.of(withRows(seen, adversary, (side, rows) => (side === "fake" ? pickRows(rows("fake"), best) : rows("real"))));
        },
      })),
  });
}

/** A term that compares real and generated samples in pairs cannot do with fewer of one. */
function expectUnpaired(term: Term): Term {
  const isPaired = ({ name, options = {} }: Spec): boolean => name.startsWith("relativistic/") || (options["term"] !== undefined && isPaired(options["term"] as Spec));
  if (term.spec === undefined || !isPaired(term.spec)) return term;
  throw new RangeError("relativistic() compares as many real as generated samples, in pairs, and top-k leaves some of one out; take relativisticAverage()");
}

/** The share of the batch that counts in round `index`. */
export function shareAt(index: number, from: number, to: number, rounds: number): number {
  return from * (to / from) ** Math.min(index / rounds, 1);
}
