import type { Seen } from "./seen.ts";

/** The same sight with some of its answers replaced. Where a side's pass is, `sides` are the passes of each. */
export function seenWith(seen: Seen, replaced: Partial<Seen>): Seen {
  const { real = (adversary) => seen.real(adversary), fake = (adversary) => seen.fake(adversary) } = replaced;
  const isApart = replaced.real !== undefined || replaced.fake !== undefined;
  return {
    index: seen.index,
    turn: seen.turn,
    repetition: seen.repetition,
    key: seen.key,
    settings: seen.settings,
    batchSize: seen.batchSize,
    drawn: (source) => seen.drawn(source),
    generated: (network) => seen.generated(network),
    real,
    fake,
    sides: (adversary) => (isApart ? { real: real(adversary), fake: fake(adversary) } : seen.sides(adversary)),
    shown: (side, adversary, look) => seen.shown(side, adversary, look),
    discriminatorOf: (adversary) => seen.discriminatorOf(adversary),
    mixesSamples: (network) => seen.mixesSamples(network),
    forward: (network, record, options) => seen.forward(network, record, options),
    parameters: (network) => seen.parameters(network),
    player: (name) => seen.player(name),
    terms: (turn) => seen.terms(turn),
    once: (name, make) => seen.once(name, make),
    measure: (name, value) => seen.measure(name, value),
    ...replaced,
  };
}
