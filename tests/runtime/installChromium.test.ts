import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, assert, describe, it } from "../kit/kit.ts";
import { root } from "../kit/sources.ts";
import { findChromium } from "./chromium.ts";

const folder = mkdtempSync(join(tmpdir(), "saddlepoint-chromium-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the script with an apt-get that only notes how it is called. */
function install(release: string): { readonly hasFailed: boolean; readonly calls: readonly string[] } {
  const system = mkdtempSync(join(folder, "system-"));
  const calls = join(system, "calls");
  writeFileSync(join(system, "os-release"), release);
  writeFileSync(join(system, "apt-get"), `#!/bin/bash\necho "$*" >> "$CALLS"\n`);
  chmodSync(join(system, "apt-get"), 0o755);
  const env = { ...process.env, PATH: `${system}:${process.env["PATH"]}`, CALLS: calls, OS_RELEASE: join(system, "os-release") };
  let hasFailed = false;
  try {
    execFileSync("bash", [join(root, "tests/runtime/installChromium.sh")], { env, stdio: "ignore" });
  } catch {
    hasFailed = true;
  }
  return { hasFailed, calls: existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : [] };
}

describe("installChromium.sh", { skip: process.platform !== "linux" }, () => {
  it("takes Debian's package", () => {
    assert.deepEqual(install("ID=debian\n"), { hasFailed: false, calls: ["update", "install --yes --no-install-recommends chromium fonts-dejavu-core"] });
  });

  it("touches nothing on Ubuntu, whose package is a snap", () => {
    assert.deepEqual(install("ID=ubuntu\n"), { hasFailed: true, calls: [] });
  });
});

describe("findChromium", () => {
  it("takes the first there is, and says how to have one where there is none", { skip: process.env["CHROMIUM"] !== undefined }, () => {
    const browser = join(folder, "browser");
    writeFileSync(browser, "");
    assert.deepEqual(findChromium([join(folder, "absent"), browser]), { executable: browser });
    assert.match(findChromium([join(folder, "absent")]).problem!, /install it, or name it in CHROMIUM/);
  });
});
