/** One stage: how large the images are, and how it is trained. */
export interface Stage {
  /** Pixels: a power of two; each stage has twice that of the one before. */
  readonly side: number;
  /** Rounds in which its new blocks fade in; of them α is k/(fade + 1) in the k-th. None for the first stage. Default 0. */
  readonly fade?: number;
  /** Rounds it is played for after its fade. The last stage goes on to the end of the run, whatever it says. */
  readonly hold: number;
  /** Samples per draw; default the game's. */
  readonly batchSize?: number;
  /** Factor on both players' learning rates; default 1. */
  readonly rate?: number;
}

/** How far the players have grown. */
export interface Growth {
  /** Pixels of the stage being played. */
  readonly side: number;
  /** Share of the new blocks in (0, 1]; 1 once they have faded in. */
  readonly alpha: number;
}

/** Where a round stands in its growth. */
export interface Growing extends Growth {
  readonly stage: Stage;
  /** The round in which the stage began. */
  readonly begunAt: number;
}

/** How far the players have grown in round `index` (0 for the first). A function of the round alone, so that resuming is exact. */
export function growthAt(index: number, stages: readonly Stage[]): Growing {
  const starts = startsOf(stages);
  const place = Math.max(starts.findLastIndex((start) => start <= index), 0);
  const stage = stages[place]!;
  const begunAt = starts[place]!;
  const { fade = 0 } = stage;
  return { stage, begunAt, side: stage.side, alpha: Math.min((index - begunAt + 1) / (fade + 1), 1) };
}

/** The first round of each stage. */
export function startsOf(stages: readonly Stage[]): readonly number[] {
  let next = 0;
  return stages.map(({ fade = 0, hold }) => {
    const start = next;
    next += fade + hold;
    return start;
  });
}
