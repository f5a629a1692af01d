/** The compiler checks the order of plugins: what must not compile is marked, and the marks must be needed. */
import { ConfigurationError } from "../../src/configuration/configurationError.ts";
import { definePlugin } from "../../src/game/plugin.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$, trainUnordered$ } from "../../src/train.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, describe, it } from "../kit/kit.ts";

const needsLabels = definePlugin("needsLabels", (round$) => round$, { needs: ["labels"] });
const addsCodes = definePlugin("addsCodes", (round$) => round$, { adds: ["codes"] });
const needsCodes = definePlugin("needsCodes", (round$) => round$, { needs: ["codes"] });
const ring = ringGame({ rounds: 1 });

describe("the order of plugins", () => {
  it("compiles where everything is there before it is needed", () => {
    train$(ring, needsLabels, discriminatorStep(), generatorStep());
    train$(ring, addsCodes, needsCodes, needsLabels);
    train$(ring);
  });

  it("does not compile otherwise, and from JavaScript is an error that says what is missing", () => {
    assert.throws(
      // @ts-expect-error -- nothing before it adds codes
      () => train$(ring, needsCodes, discriminatorStep()),
      (error) => error instanceof ConfigurationError && /needsCodes needs codes, which neither the data nor a plugin before it provides/.test(error.message),
    );
    // @ts-expect-error -- the plugin that adds codes stands after it
    assert.throws(() => train$(ring, needsCodes, addsCodes), ConfigurationError);
    assert.throws(() => trainUnordered$(ring, [needsCodes, addsCodes]), ConfigurationError);
  });
});
