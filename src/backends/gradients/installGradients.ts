import { affineGradients } from "./affineGradients.ts";
import { batchNormGradients } from "./batchNormGradients.ts";
import { comparisonGradients } from "./comparisonGradients.ts";
import { convolutionGradients } from "./convolutionGradients.ts";
import { exponentialGradients } from "./exponentialGradients.ts";
import { register } from "./gradientCorrection.ts";
import { joiningGradients } from "./joiningGradients.ts";
import { mendTape } from "./mendTape.ts";
import { poolingGradients } from "./poolingGradients.ts";
import { rectifierGradients } from "./rectifierGradients.ts";
import { reductionGradients } from "./reductionGradients.ts";
import { resamplingGradients } from "./resamplingGradients.ts";
import { selectionGradients } from "./selectionGradients.ts";
import { softplusGradients } from "./softplusGradients.ts";

const corrections = [
  ...exponentialGradients,
  ...rectifierGradients,
  ...selectionGradients,
  ...comparisonGradients,
  ...reductionGradients,
  ...joiningGradients,
  ...convolutionGradients,
  ...batchNormGradients,
  ...affineGradients,
  ...softplusGradients,
  ...poolingGradients,
  ...resamplingGradients,
];

let isInstalled = false;

/**
 * Replaces those of tfjs' gradients that are wrong, missing in second order, or needlessly slow. They belong to kernels,
 * not to backends, so once per process is enough.
 *
 * @returns the names of what is installed, `gradient/Tanh` …, for the device's description.
 */
export function installGradients(): readonly string[] {
  if (!isInstalled) {
    mendTape();
    for (const correction of corrections) register(correction);
    isInstalled = true;
  }
  return ["gradient/tape", ...corrections.map(({ kernel }) => `gradient/${kernel}`)];
}
