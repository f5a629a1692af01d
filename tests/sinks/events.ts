import type { CheckpointSaved, Measured, RoundPlayed, RunCompleted, RunStarted, SamplesDrawn } from "../../src/game/event.ts";

/** Events as a run sends them, in a few words. */

export function started(options: Partial<RunStarted> = {}): RunStarted {
  const device = { runtime: "bun", backend: "wasm", isSoftware: true, reason: '"wasm" was asked for', kernels: [] } as const;
  return { _tag: "RunStarted", round: 0, rounds: 100, device, parameters: { generator: 12345, discriminator: 678 }, configuration: {}, ...options };
}

export function played(round: number, options: Partial<RoundPlayed> = {}): RoundPlayed {
  return { _tag: "RoundPlayed", round, rounds: 100, metrics: { "loss/generator": round / 10 }, elapsedMs: round * 250, ...options };
}

export function drawn(options: Partial<SamplesDrawn> = {}): SamplesDrawn {
  return {
    _tag: "SamplesDrawn", round: 250, network: "generator", weights: "raw", count: 1, shape: [1, 1, 1], range: [-1, 1], values: new Float32Array(1), ...options,
  };
}

export function measured(options: Partial<Measured> = {}): Measured {
  const judged = { better: "lower", samples: 1000 } as const;
  const scores = [
    { metric: "frechet", name: "frechet", value: 12.3456, floor: 0.8123, ...judged },
    { metric: "precisionRecall", name: "precision", value: NaN, samples: 1000 },
  ];
  return { _tag: "Measured", round: 500, network: "generator", weights: "raw", count: 1000, scores, durationMs: 2_000, share: 0.0372, ...options };
}

export function saved(round: number): CheckpointSaved {
  return { _tag: "CheckpointSaved", round, origin: `runs/round-${round}.json`, bytes: 4_100_000, durationMs: 12 };
}

export function completed(round: number, options: Partial<RunCompleted> = {}): RunCompleted {
  return { _tag: "RunCompleted", round, reason: "finished", elapsedMs: round * 250, ...options };
}
