import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigurationError, discriminatorStep, generatorStep, tf, train$, type Plugin, type RoundPlayed, type Tensor } from "../../src/index.ts";
import { openDevice } from "../../src/backends/openDevice.ts";
import { describePlugin } from "../contracts/describePlugin.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { codeBlocks, runCodeBlocks } from "../kit/codeBlocks.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { root } from "../kit/sources.ts";

/** What the text of plugins/README.md exports. */
interface Tutorial {
  spread(samples: Tensor): Tensor;
  spreadMatching(options?: { readonly weight?: number; readonly memory?: number }): Plugin;
  readonly played: readonly RoundPlayed[];
}

const path = join(root, "plugins/README.md");
const { spread, spreadMatching, played } = (await runCodeBlocks(path)) as unknown as Tutorial;

describe("the tutorial in plugins/README.md", () => {
  it("says what it does: a plugin of thirty lines that plays on where it was stopped", () => {
    const lines = codeBlocks(readFileSync(path, "utf8")).slice(0, -1).join("").split("\n");
    const code = lines.filter((line) => line.trim() !== "" && !line.startsWith("import ") && !line.startsWith("/**"));
    assert.ok(code.length <= 35, `${code.length} lines of code`);
    assert.deepEqual(played.map(({ round }) => round), [4, 5, 6]);
    for (const name of ["loss/generator", "term/spreadMatching", "spread/real", "spread/fake"]) assert.ok(name in played.at(-1)!.metrics, name);
  });

  it("computes the spread it defines", async () => {
    const device = await openDevice("cpu");
    try {
      // Deviations 1, 2 and 0, the last √1e-8 under the root.
      const value = tf.tidy(() => spread(tf.tensor([[1, 4, 5], [3, 0, 5]])));
      close(await value.data(), [(1 + 2 + 1e-4) / 3], 1e-6);
      value.dispose();
    } finally {
      await device.close();
    }
  });

  it("matches the gap to the running mean, worked out by hand from the measures", async () => {
    const metrics = played.map((each) => each.metrics);
    // The term of a round is (fake − mean)², and the mean moves by a tenth towards the spread measured the round before.
    const meanOf = ({ "spread/fake": fake, "term/spreadMatching": gap }: RoundPlayed["metrics"]): readonly number[] => [fake! - Math.sqrt(gap!), fake! + Math.sqrt(gap!)];
    const [first, second] = [metrics[0]!, metrics[1]!];
    const expected = meanOf(first).map((mean) => 0.9 * mean + 0.1 * first["spread/real"]!);
    assert.ok(meanOf(second).some((mean) => expected.some((each) => Math.abs(mean - each) < 1e-4)), `${meanOf(second)} is not one of ${expected}`);
  });

  it("refuses wrong options", () => {
    assert.throws(() => spreadMatching({ weight: -1 }), ConfigurationError);
    assert.throws(() => spreadMatching({ memory: 1 }), /spreadMatching: memory: expected a number >= 0 and < 1, got 1/);
  });
});

await describePlugin("the tutorial's plugin", {
  rounds: 5,
  stops: [1, 3],
  train: (run) => train$(ringGame(run), spreadMatching({ memory: 0.5 }), discriminatorStep(), generatorStep()),
});
