import type { Plugin } from "../game/plugin.ts";
import { step, type StepOptions } from "./step.ts";

/** Plays the turn `generator`: the generator learns to be taken for real. */
export function generatorStep(options: StepOptions = {}): Plugin {
  return step("generator", options);
}
