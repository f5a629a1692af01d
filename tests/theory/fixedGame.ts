/** A game whose generator stands still: a discriminator learns to tell two fixed densities apart, on all of both. */
import { adversarialTerms } from "../../src/game/gan.ts";
import { game, type Game } from "../../src/game/game.ts";
import type { Source } from "../../src/game/source.ts";
import type { Objective } from "../../src/math/objectives/objective.ts";
import { exponentialDecay } from "../../src/math/schedules/exponentialDecay.ts";
import { embedding } from "../../src/networks/layers/embedding.ts";
import type { NetworkFactory } from "../../src/networks/network.ts";
import { adam } from "../../src/networks/optimizers/adam.ts";
import { memory } from "../../src/sources/memory.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { train$ } from "../../src/train.ts";
import { snapshotIn } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { cellEdges, type Density, halfAndHalf, quantiles } from "./densities.ts";

/** Points of each density that are seen in every round. */
const POINTS = 2000;

/** The same whole batch every round. */
function whole(field: string, values: Float32Array | Int32Array, classes?: number): Source<string> {
  const plan = classes === undefined ? ({ shape: [1], dtype: "float32" } as const) : ({ shape: [], dtype: "int32", classes } as const);
  return {
    spec: { name: "whole", options: { count: values.length } },
    provides: [field],
    batchSize: values.length,
    open: () => ({ fields: { [field]: plan }, at: (_, count) => ({ count, fields: { [field]: values } }) }),
  };
}

export interface FixedGameOptions {
  readonly objective: Objective;
  readonly data: Source<string>;
  readonly model: Source<string>;
  readonly discriminator: NetworkFactory;
  readonly rounds: number;
  readonly learningRate: number;
}

/** The discriminator's turn alone, on two sources. The rate falls to a hundredth, so that it comes to rest. */
export function fixedGame({ objective, data, model, discriminator, rounds, learningRate }: FixedGameOptions): Game {
  return game({
    sources: { data, model },
    networks: { discriminator },
    adversaries: { adversary: { discriminator: "discriminator", real: (seen) => seen.drawn("data"), fake: (seen) => seen.drawn("model") } },
    players: { discriminator: { optimizer: adam({ learningRate: exponentialDecay({ from: learningRate, halfLife: rounds / 7 }), beta1: 0.5 }), owns: ["discriminator"] } },
    turns: [{ name: "discriminator", players: ["discriminator"] }],
    terms: [adversarialTerms(objective)[0]],
    rounds,
    readEvery: rounds,
    seed: 3,
    backend: "cpu",
  });
}

/** The points of a density that a fixed game shows, as a source of `samples`. */
export function pointsOf(p: Density, count = POINTS): Source<string> {
  return whole("samples", Float32Array.from(quantiles(p, count)));
}

/** A discriminator that is a table, after training. */
export interface LearntTable {
  /** The score of each cell. */
  readonly scores: readonly number[];
  /** Between the cells; the first and the last reach to infinity. */
  readonly edges: readonly number[];
  /** Its loss in the last round. */
  readonly loss: number;
}

/** Trains one free score for each of `cells` cells of the line, of equal mass under both densities together. */
export async function learnTable(objective: Objective, p: Density, q: Density, cells = 16): Promise<LearntTable> {
  const edges = cellEdges(halfAndHalf(p, q), cells);
  const cellsOf = (density: Density): Source<string> => {
    const found = quantiles(density, POINTS).map((x) => edges.filter((edge) => edge < x).length);
    return whole("cells", Int32Array.from(found), cells);
  };
  const table: NetworkFactory = {
    spec: { name: "table" },
    plan: () => ({ inputs: [{ field: "cells", layers: [embedding({ units: 1, classes: cells })] }], trunk: [], heads: { logits: [] } }),
  };
  const rounds = 150;
  const checkpoints = memory({ every: rounds });
  const fixed = fixedGame({ objective, data: cellsOf(p), model: cellsOf(q), discriminator: table, rounds, learningRate: 0.5 });
  const events = await eventsOf(train$({ ...fixed, checkpoints }, discriminatorStep()));
  const loss = events.flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics["loss/discriminator"]!] : [])).at(-1)!;
  const { tensors } = await snapshotIn(checkpoints);
  const [values] = [...tensors].flatMap(([name, { values }]) => (name.startsWith("parameters/discriminator/") ? [values] : []));
  return { scores: [...values!], edges, loss };
}
