import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { after, assert, describe, it, runtime } from "../kit/kit.ts";
import { root } from "../kit/sources.ts";

const folder = mkdtempSync(join(tmpdir(), "saddlepoint-bootstrap-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const runArgs = runtime === "deno" ? ["run", "--allow-all"] : [];

/** Starts a program through `runToEnd` and answers what came of it; `interrupt` is called when the program is up. */
function start(program: string, interrupt: (pid: number) => void = () => {}): Promise<{ readonly code: number | null; readonly output: string }> {
  const script = join(mkdtempSync(join(folder, "program-")), "program.mjs");
  const starter = script.replace("program.mjs", "starter.mjs");
  writeFileSync(script, `import process from "node:process";\n${program}`);
  writeFileSync(
    starter,
    `import process from "node:process";
     import { runToEnd } from ${JSON.stringify(pathToFileURL(join(root, "examples/bootstrap.mjs")).href)};
     process.exitCode = await runToEnd(process.execPath, [...${JSON.stringify(runArgs)}, ${JSON.stringify(script)}, "--rounds", "3"]);`,
  );
  const child = spawn(process.execPath, [...runArgs, starter], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (text: Uint8Array) => {
    if (output === "") interrupt(child.pid!);
    output += String(text);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

describe("runToEnd", () => {
  it("passes arguments and the exit code", async () => {
    const { code, output } = await start(`console.log(process.argv.slice(2).join(" ")); process.exitCode = 7;`);
    assert.equal(output, "--rounds 3\n");
    assert.equal(code, 7);
  });

  it("passes two SIGINTs that come together on as one, and waits for the end", { skip: process.platform === "win32" }, async () => {
    const program = `let count = 0;
      process.on("SIGINT", () => { count++; });
      setInterval(() => {}, 1000);
      console.log("up");
      setTimeout(() => { console.log(count); process.exit(5); }, 600);`;
    const { code, output } = await start(program, (pid) => {
      process.kill(pid, "SIGINT");
      setTimeout(() => process.kill(pid, "SIGINT"), 60);
    });
    assert.equal(output, "up\n1\n");
    assert.equal(code, 5);
  });

  it("tells a program that a signal ended from one that exited", { skip: process.platform === "win32" }, async () => {
    const { code } = await start(`process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);`);
    assert.equal(code, 137);
  });
});
