import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeSafetensors, encodeSafetensors } from "../formats/safetensors.ts";
import type { FeatureNetwork } from "./featureNetwork.ts";
import { judgedOnce } from "./judgedOnce.ts";
import { type JudgedSamples, judgeSamples } from "./judgeSamples.ts";
import type { JudgeableSamples } from "./metric.ts";

/**
 * What a feature network says of reference samples, kept in a folder under the SHA-256 of the samples and of the network's
 * weights, so that the next process need not ask again. A file that is damaged, or another's, is made anew; it is written
 * beside its place and moved there, so a process that reads at the same time sees a whole one.
 *
 * Features are kept as they were computed, in float32; another backend would have rounded them otherwise.
 *
 * @param folder made where it is not there; nothing is kept on disk where it is left out
 * @throws what `judgeSamples` throws, and the file system's error where the folder cannot be written
 */
export function judgedReference(network: FeatureNetwork, samples: JudgeableSamples, folder?: string): Promise<JudgedSamples> {
  if (folder === undefined) return judgedOnce(network, samples);
  return judgedOnce(network, samples, async () => {
    const data = samplesHash(samples);
    const path = join(folder, `reference-${data.slice(0, 16)}-${network.hash.slice(0, 16)}.safetensors`);
    const identity = { data, network: network.hash };
    const kept = await read(path, network, samples.count, identity);
    if (kept !== undefined) return kept;
    const judged = await judgeSamples(network, samples.values);
    const tensors = new Map([
      ["features", tensorOf(judged.features, judged.count, judged.featureSize)],
      ["probabilities", tensorOf(judged.probabilities, judged.count, judged.classes)],
    ]);
    await mkdir(folder, { recursive: true });
    const beside = `${path}.${randomUUID()}`;
    try {
      await writeFile(beside, encodeSafetensors(tensors, identity), { flag: "wx" });
      await rename(beside, path);
    } finally {
      await rm(beside, { force: true });
    }
    return judged;
  });
}

/** SHA-256 of samples: of their shape and values, as 64 hexadecimal digits. */
export function samplesHash({ values, shape }: JudgeableSamples): string {
  return createHash("sha256")
    .update(`${shape.join()}\n`)
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest("hex");
}

function tensorOf(values: Float64Array, count: number, size: number) {
  return { shape: [count, size], dtype: "float32" as const, values: Float32Array.from(values) };
}

/** What a file holds, where it is whole and of these samples and this network. */
async function read(
  path: string,
  { classes, featureSize }: FeatureNetwork,
  count: number,
  identity: Readonly<Record<string, string>>,
): Promise<JudgedSamples | undefined> {
  try {
    const { tensors, metadata } = decodeSafetensors(await readFile(path));
    const [features, probabilities] = [tensors.get("features"), tensors.get("probabilities")];
    const isOurs = Object.entries(identity).every(([name, hash]) => metadata[name] === hash) &&
      features?.shape.join() === [count, featureSize].join() && probabilities?.shape.join() === [count, classes].join();
    if (!isOurs) return undefined;
    return { count, classes, featureSize, features: Float64Array.from(features.values), probabilities: Float64Array.from(probabilities.values) };
  } catch {
    return undefined;
  }
}
