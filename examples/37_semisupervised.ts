/**
 * One hundred labelled digits and 60,000 without a label: the discriminator learns to tell ten digits and "generated" apart.
 * Beside it the same classifier, which is shown the hundred alone.
 *
 *     bun examples/37_semisupervised.ts
 *     deno run -A examples/37_semisupervised.ts --rounds 5000
 */
import { join } from "node:path";
import { lastValueFrom } from "rxjs";
import {
  adam, averageWeights, classCoverage, cosineSchedule, digits, discriminatorStep, drawSamples, featureMatching, folder, gan, gaussian, generate, generatorStep,
  labelledSubset, on, progressBar, rescaled, sampleGrid, trainUnordered$,
} from "saddlepoint";
import { kPlusOne, noisyHead, noisyMlp } from "saddlepoint/plugins/semisupervised";
import { failed, readOptions } from "./commandLine.ts";

const { rounds, directory, backend, seed } = readOptions({ rounds: 2000, directory: "runs/semisupervised" });

const data = rescaled(digits({ batchSize: 100 }), [0, 1]);
const test = rescaled(digits({ batchSize: 100, split: "test", shuffle: false }), [0, 1]);
// Ten of each digit; another seed draws others.
const labelled = labelledSubset(data, { perClass: 10, seed });

/** Plays a classifier, with all samples or with the labelled ones alone, and counts its errors on the test digits. */
async function errorOf(name: string, learnsFromUnlabelled: boolean): Promise<string> {
  const checkpoint = join(directory, name);
  const game = gan({
    data,
    noise: gaussian(100),
    networks: noisyMlp({ generator: { widths: [250, 250] }, discriminator: { widths: [400, 200, 100, 100, 100] } }),
    // The generator is to make the same features on average, not to fool the discriminator: that makes the better classifier.
    objective: featureMatching(),
    optimizers: adam({ learningRate: cosineSchedule({ from: 3e-3, to: 1e-4, rounds }), beta1: 0.5 }),
    checkpoints: folder(checkpoint, { every: 500, keep: 1 }),
    rounds,
    seed,
    backend,
  });
  const events$ = trainUnordered$(game, [
    kPlusOne({ labelled, weight: 2, head: noisyHead(), learnsFromUnlabelled }),
    discriminatorStep(),
    ...(learnsFromUnlabelled ? [generatorStep(), drawSamples({ every: 500 })] : []),
    averageWeights({ network: "discriminator", halfLife: 100 }),
  ]);
  await lastValueFrom(events$.pipe(sampleGrid(directory), progressBar(), on("RunCompleted"))).catch(failed);

  const { values, labels, count } = await generate({ checkpoint, network: "discriminator", head: "classes", count: 10_000, sources: { data: test }, backend });
  const { predictions } = classCoverage({ probabilities: values.map(Math.exp), classes: 10 });
  const wrong = predictions.filter((digit, i) => digit !== labels![i]).length;
  return `${((100 * wrong) / count).toFixed(2)} %`;
}

const alone = await errorOf("labelled-alone", false);
const together = await errorOf("with-unlabelled", true);
console.log(`Wrong of 10,000 test digits, with ten labels of each digit:
  learnt from them alone              ${alone}
  and from 60,000 digits without one  ${together}
What the generator makes: ${directory}/samples-*.png`);
