import { clippingOptimizers, playRecipe, recipes } from "./digits.ts";
import type { Job, Table } from "./table.ts";

const methods = ["MLP GAN", "DCGAN", "least squares", "hinge, spectral normalisation", "R1", "PacGAN-2", "WGAN, clipping", "WGAN-GP"];
const factors = [0.1, 0.3, 1, 3];
const usual = { generator: 2e-3, discriminator: 1e-3 };

const jobs: readonly Job[] = methods.flatMap((method) =>
  factors.map((factor): Job => {
    const recipe = recipes[method]!;
    const rounds = recipe.rounds / 2;
    const { generator, discriminator, ...betas } = recipe.adam ?? usual;
    return {
      row: `${method}, rates × ${factor}`,
      seed: 1,
      rounds,
      run: (bench) => playRecipe({
        ...recipe,
        rounds,
        adam: { generator: factor * generator, discriminator: factor * discriminator, ...betas },
        ...(recipe.optimizers === undefined ? {} : { optimizers: clippingOptimizers(factor) }),
      }, 1, bench),
    };
  }));

export const rateTable: Table = {
  name: "rates",
  title: "How much the learning rate matters",
  about: "The rows of GANs on MNIST with both players' rates multiplied, in half the rounds and with one seed. The notes call GANs very sensitive to it.",
  msPerRound: 45,
  columns: [
    { figure: "frechet", heading: "Fréchet", digits: 2 },
    { figure: "covered", heading: "digits ≥ 1 %", digits: 0 },
    { figure: "precision", heading: "precision", digits: 3 },
    { figure: "recall", heading: "recall", digits: 3 },
  ],
  jobs,
};
