import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { mayInstall } from "./adapters.ts";
import { runProcess } from "./runProcess.ts";

/** Where Chromium is, or why there is none. */
export interface ChromiumReport {
  readonly executable?: string;
  readonly problem?: string;
}

const usual = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/opt/google/chrome/chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The Chromium of this machine: that of the environment variable CHROMIUM, else where it usually lies. */
export function findChromium(places: readonly string[] = usual): ChromiumReport {
  const asked = process.env["CHROMIUM"];
  const executable = (asked === undefined || asked === "" ? places : [asked]).find((path) => existsSync(path));
  if (executable !== undefined) return { executable };
  return { problem: asked === undefined || asked === "" ? "there is no Chromium; install it, or name it in CHROMIUM" : `CHROMIUM=${asked} is not there` };
}

/** Looks for Chromium and, where there is none and this process may install software, installs it. */
export async function bringChromium({ root, results }: { readonly root: string; readonly results: string }): Promise<ChromiumReport> {
  const found = findChromium();
  if (found.executable !== undefined || !mayInstall()) return found;
  console.log("No Chromium: installing it");
  const log = join(results, "installChromium.log");
  const { problem } = await runProcess(["bash", join(root, "tests/runtime/installChromium.sh")], { cwd: root, log, timeoutMs: 300_000 });
  if (problem === undefined) return findChromium();
  return { problem: `Chromium could not be installed (${problem}):\n${readFileSync(log, "utf8").trimEnd().split("\n").slice(-20).join("\n")}` };
}
