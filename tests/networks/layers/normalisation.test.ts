import { describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { normalisationReferences } from "../../references/networkReferences.ts";
import { itIsPytorchs } from "./itIsPytorchs.ts";

await describeOnEachBackend("normalisation and discriminator features", () => {
  for (const reference of normalisationReferences.layers) itIsPytorchs(reference);
});
