/** Codes that are to follow a prior: how near they come, what they leave empty, what the prior decodes to. */
import { aae } from "../../../plugins/aae/aae.ts";
import {
  classCoverage, digitClassifier, drawFrom, generate, judgeSamples, nonSaturating, writeGrid, writeScatter, type AnyPlugin, type MixtureSource, type Objective, type Point,
  type Source,
} from "../../../src/index.ts";
import { averaged, encodedDigits, gameOf, inInk, inUnit, labelsOfTest, optimizers, play, steadied, trained } from "./digitAutoencoder.ts";
import { agreement } from "./digitRun.ts";
import { distanceToPrior, everyFifth, holesIn, noisy, priorRows, type Rows } from "./latentFigures.ts";
import type { Bench, Measured } from "./table.ts";

/** A row of codes that are to follow a prior. */
export interface Matched {
  readonly size: number;
  readonly prior: Source;
  /** The prior again where the discriminator is told the class: component k is to hold the digit k. */
  readonly components?: MixtureSource;
  /** The prior is a few points: there are no holes in it. */
  readonly isDiscrete?: boolean;
  readonly objective?: Objective;
  /** At first, of the autoencoder in both of its turns and of the discriminator. Default 1e-3. */
  readonly rates?: { readonly autoencoder: number; readonly discriminator: number };
  /** Default `steadied`. */
  readonly turns?: readonly AnyPlugin[];
  readonly picture?: string;
}

/** Plays a row and measures it. */
export async function matched(
  { size, prior, components, isDiscrete = false, objective = nonSaturating(), rates, turns = steadied, picture }: Matched,
  seed: number,
  bench: Bench,
  rounds: number,
): Promise<Measured> {
  const options = { prior, objective, posterior: "gaussian", optimizers: optimizers(rounds, rates?.autoencoder, rates?.discriminator) } as const;
  const adversary: AnyPlugin = components === undefined ? aae(options) : aae({ ...options, isLabelled: true });
  await play(gameOf(size, seed, bench, rounds, rates?.autoencoder), [adversary, ...turns, ...averaged]);
  const checkpoint = `${bench.folder}/checkpoints`;
  const all = await drawnCodes(checkpoint, bench.backend, size);
  const codes = everyFifth(all);
  const { distance, floor } = await distanceToPrior(codes, prior);
  const firstHand = await distanceToPrior({ values: all.values.subarray(0, 2_000 * size), size }, prior);
  const ofTraining = await distanceToPrior(await drawnCodes(checkpoint, bench.backend, size, trained, 2_000), prior);
  const { holes, floor: holesFloor } = isDiscrete ? { holes: undefined, floor: undefined } : await holesIn(codes, prior);
  if (picture !== undefined && seed === 1) await drawPlane(checkpoint, codes.values, prior, bench, picture);
  const { values: asked } = await priorRows(prior, 1_000, size, 7);
  const decoded = await generate({ checkpoint, network: "decoder", count: 1_000, backend: bench.backend, given: { codes: asked } });
  const { covered, meanConfidence, predictions } = classCoverage(await judgeSamples(await digitClassifier(), inInk(decoded.values)));
  return {
    kid: distance, kidFloor: floor, kidRatio: distance / floor, trainedRatio: ofTraining.distance / floor, firstHandRatio: firstHand.distance / floor,
    ...(holes === undefined ? {} : { holes, holesFloor }),
    covered, confidence: 100 * meanConfidence,
    ...(components === undefined ? {} : await atHome(components, all, predictions)),
  };
}

/** How many test digits have the code of their own component, and how many samples of a component decode to its digit. */
async function atHome(components: MixtureSource, codes: Rows, predictions: Int32Array): Promise<Measured> {
  const drawn = (await drawFrom(components, 1_000, { seed: 7 })).fields;
  return {
    home: 100 * agreement(await labelsOfTest(), nearest(components, codes.values)),
    homeOfPrior: 100 * agreement(drawn.labels as Int32Array, nearest(components, drawn.samples as Float32Array)),
    obeyed: 100 * agreement(drawn.labels as Int32Array, predictions),
  };
}

/** The component whose middle is nearest to each point. */
function nearest({ modes }: MixtureSource, points: Float32Array): Int32Array {
  return Int32Array.from({ length: points.length / 2 }, (_, i) => {
    const distances = modes.map(([x, y]) => Math.hypot(points[2 * i]! - x, points[2 * i + 1]! - y));
    return distances.indexOf(Math.min(...distances));
  });
}

/** Codes of all test digits, or of others, drawn from the encoder's Gaussian posterior as the decoder gets them. */
async function drawnCodes(checkpoint: string, backend: Bench["backend"], size: number, source: Source = inUnit, count = 10_000): Promise<Rows> {
  const { values } = await encodedDigits(checkpoint, backend, "mean", source, count);
  const logVariances = (await encodedDigits(checkpoint, backend, "logVariance", source, count)).values;
  return noisy({ values, size }, logVariances.map((each) => Math.exp(each / 2)));
}

/** Where test digits lie on the prior, and what the plane decodes to. */
async function drawPlane(checkpoint: string, codes: Float32Array, prior: Source, { backend, picture }: Bench, name: string): Promise<void> {
  const labels = (await labelsOfTest()).filter((_, i) => i % 5 === 0);
  await writeScatter(picture(`${name}-codes`), [{ points: codes, labels, beneath: (await priorRows(prior, 2_000, 2, 5)).values }]);
  const plane = Array.from({ length: 400 }, (_, i): Point => [-3 + (6 * (i % 20)) / 19, 3 - (6 * Math.floor(i / 20)) / 19]);
  await writeGrid(picture(`${name}-plane`), await generate({ checkpoint, network: "decoder", count: 400, backend, given: { codes: plane.flat() } }), { columns: 20, scale: 1 });
}
