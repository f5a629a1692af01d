import { ConfigurationError } from "../configuration/configurationError.ts";
import { type Confidence, wilsonInterval } from "./wilsonInterval.ts";

/** What an image is, or is taken for. */
export type Origin = "real" | "generated";

/** One image that was judged. */
export interface TuringAnswer {
  readonly origin: Origin;
  readonly said: Origin;
}

/** How often something was wrong, with its confidence interval. */
export interface ErrorRate {
  readonly wrong: number;
  readonly of: number;
  readonly rate: number;
  /** Wilson's score interval. */
  readonly interval: readonly [number, number];
}

/** The outcome of a Turing test of images. */
export interface ConfusionRate {
  /** Of all answers. ½ where people can do no better than guess, 0 where they always know. */
  readonly all: ErrorRate;
  /** Generated images taken for real ones; absent where none was shown. */
  readonly generated?: ErrorRate;
  /** Real images taken for generated ones: what a suspicious eye costs. Absent where none was shown. */
  readonly real?: ErrorRate;
}

/**
 * How often people took generated images for real ones and real ones for generated, with confidence intervals. The images
 * should be half real, half generated (`fairOrder`): who always says the same is then wrong half of the time.
 *
 * @throws ConfigurationError where there is no answer
 * Reference: Zhou et al. 2019, "HYPE: a benchmark for human eye perceptual evaluation of generative models", section 3 (the
 * human error rate, without a time limit).
 */
export function confusionRate(answers: readonly TuringAnswer[], confidence: Confidence = 0.95): ConfusionRate {
  if (answers.length === 0) throw new ConfigurationError("confusionRate", [{ path: "answers", message: "expected at least one, got none" }]);
  const rateOf = (among: readonly TuringAnswer[]): ErrorRate => {
    const wrong = among.filter(({ origin, said }) => origin !== said).length;
    return { wrong, of: among.length, rate: wrong / among.length, interval: wilsonInterval(wrong, among.length, confidence) };
  };
  const [generated, real] = (["generated", "real"] as const).map((which) => answers.filter(({ origin }) => origin === which));
  return {
    all: rateOf(answers),
    ...(generated!.length === 0 ? {} : { generated: rateOf(generated!) }),
    ...(real!.length === 0 ? {} : { real: rateOf(real!) }),
  };
}
