/** The process of one contender of `speed.ts`: is told what to play by its first argument, and when by lines on standard input. */
import process from "node:process";
import { createInterface } from "node:readline";
import type { Assignment, Contender } from "./contender.ts";

const assignment = JSON.parse(process.argv[2]!) as Assignment;
const answer = (message: object): void => void process.stdout.write(`answer ${JSON.stringify(message)}\n`);
try {
  const contender = await open(assignment);
  const { losses } = await contender.play(1);
  answer({ adapter: contender.adapter, losses });
  for await (const line of createInterface({ input: process.stdin })) {
    const { play, count } = JSON.parse(line) as { play?: number; count?: number };
    if (play !== undefined) answer(await contender.play(play));
    else if (count !== undefined) answer({ counts: await contender.count(count), residentMiB: Math.round(process.memoryUsage().rss / 2 ** 20) });
    else break;
  }
} catch (problem) {
  answer({ failed: (problem instanceof Error ? problem.message : String(problem)).split("\n")[0] });
}
process.exit();

// Each loads only what it needs: the stock backends must not meet the library's kernels.
async function open(assigned: Assignment): Promise<Contender> {
  if (assigned.workload.criticTurns !== undefined && assigned.contender !== "trainGAN$") throw new Error("does not play with a gradient penalty");
  switch (assigned.contender) {
    case "trainGAN$":
      return (await import("./library.ts")).streamed(assigned);
    case "loop by hand":
      return (await import("./library.ts")).byHand(assigned);
    case "tfjs":
      return (await import("./layersModel.ts")).layersModel(assigned, true);
    case "tfjs, unthrottled":
      return (await import("./layersModel.ts")).layersModel(assigned, false);
    case "jax-js":
      return (await import("./jaxLoop.ts")).jaxLoop(assigned);
    default:
      throw new Error(`no contender is called ${assigned.contender}`);
  }
}
