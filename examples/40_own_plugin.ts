/**
 * A plugin of one's own, in one's own file: `sharpening`. The discriminator first sees every picture, real or generated, through
 * a blur, which clears within some rounds. It cannot hold on to detail before the generator has learnt where things lie.
 * (StyleGAN3 begins so: Karras et al. 2021, "Alias-free generative adversarial networks".)
 *
 *     bun examples/40_own_plugin.ts
 *     deno run -A examples/40_own_plugin.ts --rounds 5000
 *
 * How it came about, step by step, and what else a plugin can do: plugins/README.md.
 */
import { join } from "node:path";
import { lastValueFrom, map } from "rxjs";
import {
  adam, checkOptions, ConfigurationError, dcgan, definePlugin, digits, folder, gaussian, integer, nonSaturating, on, progressBar, sampleGrid, tf, trainGAN$, withView,
  type Plugin, type Tensor,
} from "saddlepoint";
import { failed, readOptions } from "./commandLine.ts";

/** The pure core: (1 − amount) · x + amount · the mean of 5 × 5 pixels. Images `[batch, height, width, channels]`. */
function blurred(images: Tensor, amount: number): Tensor {
  if (amount === 0) return images;
  return tf.add(tf.mul(images, 1 - amount), tf.mul(tf.avgPool(images as tf.Tensor4D, 5, 1, "same"), amount));
}

/** The thin operator: it sets a number per round, and the view it has added reads it. */
function sharpening(options: { readonly rounds: number }): Plugin {
  checkOptions("sharpening", { rounds: integer() }, options);
  const { rounds } = options;
  return definePlugin(
    "sharpening",
    (round$) => round$.pipe(map((round) => ({ ...round, settings: { ...round.settings, blur: Math.max(1 - round.index / rounds, 0) } }))),
    {
      options: { rounds },
      assemble: (game) =>
        withView(game, {
          name: "sharpening",
          spec: { name: "sharpening", options: { rounds } },
          of: (record, { settings }) => ({ ...record, samples: blurred(record["samples"]!, settings["blur"]!) }),
          fields: (fields) => {
            if (fields["samples"]?.shape.length === 3) return fields;
            throw new ConfigurationError("sharpening", [{ path: "samples", message: "expected images [height, width, channels]; there is nothing to blur in anything else" }]);
          },
        }),
    },
  );
}

const { rounds, directory, backend, seed } = readOptions({ rounds: 1500, directory: "runs/own-plugin" });

const events$ = trainGAN$({
  data: digits({ batchSize: 32 }),
  noise: gaussian(16),
  networks: dcgan({ generator: { widths: [24, 48] }, discriminator: { widths: [12, 24, 48, 96] } }),
  objective: nonSaturating(),
  optimizers: { generator: adam({ learningRate: 2e-3, beta1: 0.5 }), discriminator: adam({ learningRate: 1e-3, beta1: 0.5 }) },
  plugins: [sharpening({ rounds: 300 })],
  averaging: { halfLife: 100 },
  samples: { every: 100 },
  // What is in `options` is in the checkpoint: a run cannot be resumed with another blur by mistake.
  checkpoints: folder(directory, { every: 250, keep: 1 }),
  rounds,
  seed,
  backend,
});

const end = await lastValueFrom(events$.pipe(sampleGrid(directory), progressBar(), on("RunCompleted"))).catch(failed);
console.log(`\nFinished after ${end.round} rounds. ${join(directory, "samples-*.png")} show what was learnt through the blur, and after it.`);
