import type { View } from "../../src/game/view.ts";
import { tf } from "../../src/math/tensor.ts";
import { consistency } from "../../src/stabilisers/consistency.ts";
import { diffAugment } from "../../src/stabilisers/diffAugment.ts";
import { dragan } from "../../src/stabilisers/dragan.ts";
import { gradientClipping } from "../../src/stabilisers/gradientClipping.ts";
import { gradientPenalty } from "../../src/stabilisers/gradientPenalty.ts";
import { historicalAveraging } from "../../src/stabilisers/historicalAveraging.ts";
import { orthogonalRegularisation } from "../../src/stabilisers/orthogonalRegularisation.ts";
import { r1 } from "../../src/stabilisers/r1.ts";
import { r2 } from "../../src/stabilisers/r2.ts";
import { spectralNormalisation } from "../../src/stabilisers/spectralNormalisation.ts";
import { weightClipping } from "../../src/stabilisers/weightClipping.ts";
import type { Plugin } from "../../src/game/plugin.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { describePlugin } from "../contracts/describePlugin.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { imageGame } from "./imageGame.ts";

const mirrored: View = {
  name: "mirrored",
  spec: { name: "mirrored" },
  of: (record) => ({ ...record, samples: tf.neg(record["samples"]!) }),
};

/** Several at a time, since shaders take their time to compile; the last on images, where second order goes through convolutions. */
const cases: Readonly<Record<string, { readonly plugins: readonly Plugin[]; readonly isImage?: boolean; readonly times?: number }>> = {
  "weight clipping and gradient clipping, two turns a round": { plugins: [weightClipping({ limit: 0.05 }), gradientClipping({ norm: 0.1 })], times: 2 },
  "lazy gradient penalty, DRAGAN, historical averaging": { plugins: [gradientPenalty({ every: 2 }), dragan(), historicalAveraging()] },
  "gradient penalty, orthogonal regularisation, consistency": {
    plugins: [gradientPenalty(), orthogonalRegularisation({ network: "discriminator" }), consistency({ augmentation: mirrored })],
  },
  "spectral normalisation, lazy R1, R2": { plugins: [spectralNormalisation(), r1({ every: 2 }), r2({ fields: ["samples"] })], isImage: true },
  "consistency of two looks at augmented images": { plugins: [diffAugment({ policies: ["translation"] }), consistency()], isImage: true },
};

for (const [name, { plugins, isImage = false, times = 1 }] of Object.entries(cases)) {
  await describePlugin(name, {
    rounds: 3,
    stops: [1],
    train: (run) => train$(isImage ? imageGame(run) : ringGame(run), ...(plugins as readonly [Plugin]), discriminatorStep({ times }), generatorStep()),
  });
}
