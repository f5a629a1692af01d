import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, assert, describe, it } from "../kit/kit.ts";
import { root } from "../kit/sources.ts";

const folder = mkdtempSync(join(tmpdir(), "saddlepoint-apt-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the script on a copy of a system's sources, with an apt-get that only notes how it is called. */
function install(release: string, sources: Readonly<Record<string, string>>, apt = `echo "$*" >> "$CALLS"`) {
  const system = mkdtempSync(join(folder, "system-"));
  mkdirSync(join(system, "apt/sources.list.d"), { recursive: true });
  for (const [file, text] of Object.entries(sources)) writeFileSync(join(system, "apt", file), text);
  writeFileSync(join(system, "os-release"), release);
  writeFileSync(join(system, "apt-get"), `#!/bin/bash\n${apt}\n`);
  chmodSync(join(system, "apt-get"), 0o755);
  const env = {
    ...process.env,
    PATH: `${system}:${process.env["PATH"]}`,
    CALLS: join(system, "calls"),
    APT_DIRECTORY: join(system, "apt"),
    OS_RELEASE: join(system, "os-release"),
  };
  let hasFailed = false;
  try {
    execFileSync("bash", [join(root, "tests/runtime/installVulkanDriver.sh")], { env, stdio: "ignore" });
  } catch {
    hasFailed = true;
  }
  const after = Object.fromEntries(Object.keys(sources).map((file) => [file, readFileSync(join(system, "apt", file), "utf8")]));
  return { hasFailed, sources: after, calls: existsSync(env.CALLS) ? readFileSync(env.CALLS, "utf8").trim().split("\n") : [] };
}

const bookworm = "ID=debian\nVERSION_CODENAME=bookworm\n";
const backported = "install --yes --no-install-recommends -t bookworm-backports mesa-vulkan-drivers";
const main = "Types: deb\nURIs: http://packages.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\n";
const security = "\nTypes: deb\nURIs: http://packages.example/debian-security\nSuites: bookworm-security\nComponents: main\n";

describe("installVulkanDriver.sh", { skip: process.platform !== "linux" }, () => {
  it("adds the backports suite to the main entry of Debian 12, and to that only", () => {
    const { sources, calls } = install(bookworm, { "sources.list.d/debian.sources": main + security });
    assert.equal(sources["sources.list.d/debian.sources"], main.replace("bookworm-updates", "bookworm-updates bookworm-backports") + security);
    assert.deepEqual(calls, ["update", backported]);
  });

  it("copies the main line of an old-style sources.list", () => {
    const line = "deb http://packages.example/debian bookworm main\n";
    const { sources } = install(bookworm, { "sources.list": `${line}deb http://packages.example/debian bookworm-updates main\n` });
    assert.equal(sources["sources.list"], `${line}deb http://packages.example/debian bookworm-backports main\ndeb http://packages.example/debian bookworm-updates main\n`);
  });

  it("leaves sources alone that have the suite", () => {
    const text = main.replace("bookworm-updates", "bookworm-updates bookworm-backports");
    const { sources, calls } = install(bookworm, { "sources.list.d/debian.sources": text });
    assert.equal(sources["sources.list.d/debian.sources"], text);
    assert.deepEqual(calls, ["update", backported]);
  });

  it("takes the addition back where the suite cannot be reached", () => {
    const { hasFailed, sources } = install(bookworm, { "sources.list.d/debian.sources": main + security }, `[ "$1" != update ]`);
    assert.ok(hasFailed);
    assert.equal(sources["sources.list.d/debian.sources"], main + security);
  });

  it("takes the distribution's own driver elsewhere", () => {
    const text = main.replaceAll("bookworm", "trixie");
    const { sources, calls } = install("ID=debian\nVERSION_CODENAME=trixie\n", { "sources.list.d/debian.sources": text });
    assert.equal(sources["sources.list.d/debian.sources"], text);
    assert.deepEqual(calls, ["update", "install --yes --no-install-recommends mesa-vulkan-drivers"]);
  });
});
