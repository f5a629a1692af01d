/** A denoiser that is told the class: how often it draws what was asked for, and what guidance adds. */
import { ddim, ddpm, diffusion } from "../../../plugins/diffusion/diffusion.ts";
import {
  adam, averageWeights, digitClassifier, digits, drawFrom, folder, game, generate, step, train$, unet, writeGrid, type FeatureNetwork,
  type NetworkFactory, type Sampler, type Source,
} from "../../../src/index.ts";
import { agreement, judged } from "./digitRun.ts";
import { emojiJudge } from "./emojiJudge.ts";
import { judgedFigures } from "./judgedFigures.ts";
import { realEmoji, testEmoji, trainingEmoji } from "./notoEmoji.ts";
import type { Bench, Measured } from "./table.ts";

/** Labelled images, and by whom what is drawn of them is judged. */
export interface Labelled {
  readonly data: Source<"samples" | "labels">;
  /** Real images of a split, as many as are compared. */
  real(split: "train" | "test"): Source<"samples" | "labels">;
  readonly count: number;
  readonly classes: number;
  readonly judge: () => Promise<FeatureNetwork>;
  readonly network: NetworkFactory;
  /** Asks ancestral sampling (η = 1) as well, and both in half the steps. */
  readonly isCompared?: boolean;
}

export const labelledDigits: Labelled = {
  data: digits({ batchSize: 32 }),
  real: (split) => digits({ batchSize: 1_000, split }),
  count: 1_000,
  classes: 10,
  judge: digitClassifier,
  network: unet({ widths: [32, 64], patch: 2, attention: [7] }),
  isCompared: true,
};

/** Patches of two by two pixels at either size: their twelve numbers have to get through the finest level's channels. */
export const labelledEmoji = (size: 32 | 64): Labelled => ({
  data: trainingEmoji(size),
  real: (split) => realEmoji(size, split),
  count: testEmoji,
  classes: 8,
  judge: () => emojiJudge(size),
  network: unet({ widths: size === 32 ? [32, 64] : [16, 32, 64], patch: 2, attention: [8] }),
  isCompared: size === 32,
});

/** Asked for the labels of real test images, without guidance (w = 1) and with it (w = 2). */
export async function labelled({ data, real, count, classes, judge, network, isCompared = false }: Labelled, name: string, seed: number, rounds: number, bench: Bench): Promise<Measured> {
  const checkpoint = `${bench.folder}/checkpoints`;
  const training = train$(
    game({ sources: { data }, checkpoints: folder(checkpoint, { every: 250, keep: 1 }), backend: bench.backend, rounds, seed }),
    diffusion({ network, optimizer: adam({ learningRate: 2e-3 }), loss: "velocity", labels: { dropRate: 0.1 } }),
    step("denoising"),
    averageWeights({ network: "denoiser", halfLife: 200 }),
  );
  for await (const _ of training);
  await training.closed;
  const drawn = async (split: "train" | "test") => (await drawFrom(real(split), count, { seed: 1 })).fields;
  const [test, train] = [await drawn("test"), await drawn("train")];
  const reference = await judged(test.samples as Float32Array, judge);
  const draw = (sampler: Sampler, labels: ArrayLike<number>, of: number) =>
    generate({ checkpoint, network: "denoiser", count: of, seed: 1, backend: bench.backend, sampler, given: { labels } });
  const asked = async (guidance: number) => {
    const sampler = ddim({ steps: 20, guidance, clip: false });
    const said = await judged((await draw(sampler, test.labels, count)).values, judge);
    const each = Array.from({ length: classes }, (_, label) => label);
    if (seed === 1) await writeGrid(bench.picture(`${name}-w${guidance}`), await draw(sampler, each, 10 * classes), { columns: classes });
    return { ...judgedFigures(said, reference), agreement: 100 * agreement(test.labels, said.predictions) };
  };
  const frechet = async (sampler: Sampler): Promise<number> => judgedFigures(await judged((await draw(sampler, test.labels, count)).values, judge), reference).frechet;
  const compared = async (): Promise<Measured> => ({
    ddpm20Frechet: await frechet(ddpm({ steps: 20, clip: false })),
    guidedDdpm20Frechet: await frechet(ddpm({ steps: 20, guidance: 2, clip: false })),
    ddim10Frechet: await frechet(ddim({ steps: 10, clip: false })),
    ddpm10Frechet: await frechet(ddpm({ steps: 10, clip: false })),
  });
  const { agreement: unguided, ...figures } = await asked(1);
  const guided = await asked(2);
  return {
    ...figures,
    floor: judgedFigures(await judged(train.samples as Float32Array, judge), reference).frechet,
    agreement: unguided,
    realAgreement: 100 * agreement(test.labels, reference.predictions),
    guidedAgreement: guided.agreement,
    guidedFrechet: guided.frechet,
    ...(isCompared ? await compared() : {}),
  };
}
