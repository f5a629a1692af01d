import { mkdirSync } from "node:fs";
import process from "node:process";
import { type Browser, launch, type Page } from "puppeteer-core";
import { turingTest, type TuringTest } from "../../src/pages/turingTest.ts";
import { fairOrder } from "../../src/evaluation/fairOrder.ts";
import { fold, rootKey } from "../../src/math/random/fold.ts";
import { uniforms } from "../../src/math/random/uniforms.ts";
import type { Samples } from "../../src/sinks/picture.ts";
import { after, assert, before, describe, it } from "../kit/kit.ts";
import { findChromium } from "../runtime/chromium.ts";

const { executable, problem } = findChromium();

/** Noise, bright or dark. */
function noise(name: string, low: number): Samples {
  return { count: 4, shape: [8, 8, 1], range: [0, 1], values: uniforms(fold(rootKey(1), name), 4 * 64, low, low + 0.5) };
}
const images = { real: noise("real", 0), generated: noise("generated", 0.5), trials: 6, seed: 2 } as const;
const order = fairOrder({ real: 4, generated: 4, trials: 6, seed: 2 });

describe("the page of the Turing test", { skip: executable === undefined }, () => {
  let browser: Browser;
  before(async () => {
    // A container's root may run no sandbox; a page of this test is all it opens.
    browser = await launch({ executablePath: executable!, args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"], timeout: 60_000 });
  });
  after(async () => {
    await browser?.close();
  });

  async function opened(use: (page: Page, test: TuringTest, complaints: string[]) => Promise<void>, scheme: "light" | "dark" = "light"): Promise<void> {
    const test = await turingTest(images);
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    const complaints: string[] = [];
    page.on("console", (message) => void (["error", "warn"].includes(message.type()) && complaints.push(message.text())));
    page.on("pageerror", (error) => void complaints.push(String(error)));
    try {
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await page.goto(test.url);
      await use(page, test, complaints);
    } finally {
      await page.close();
      await test.close();
    }
  }
  const progress = (words: string) => `document.getElementById("progress").textContent === ${JSON.stringify(words)}`;

  it("is judged with the keyboard alone, and shows the outcome", async () => {
    await opened(async (page, { result }, complaints) => {
      for (let trial = 0; trial < 6; trial++) {
        await page.waitForFunction(progress(`Image ${trial + 1} of 6`));
        await page.waitForFunction(`document.getElementById("image").naturalWidth > 0`);
        const isReal = order[trial]!.origin === "real";
        // The letters, in either case, and the arrows. The fifth answer is wrong.
        const [real, generated] = [["r", "g"], ["ArrowLeft", "ArrowRight"], ["R", "G"]][trial % 3] as [string, string];
        await page.keyboard.press((isReal !== (trial === 4) ? real : generated) as "r");
      }
      const found = (await result)!;
      assert.deepEqual([found.all.wrong, found.all.of], [1, 6]);
      await page.waitForSelector("#outcome:not([hidden])");
      const shown = (await page.evaluate(`({
        summary: document.getElementById("summary").textContent.replaceAll("\\u00a0", " "),
        rows: [...document.querySelectorAll("#rows tr")].map((row) => [...row.children].map((cell) => cell.textContent.replaceAll("\\u00a0", " "))),
        focused: document.activeElement.id,
        isHidden: document.getElementById("test").hidden,
      })`)) as { summary: string; rows: string[][]; focused: string; isHidden: boolean };
      assert.equal(shown.summary, "You were wrong in 1 of 6 images: a confusion rate of 16.7 %.");
      assert.deepEqual(shown.rows[0], ["All", "1 of 6", "16.7 %", found.all.interval.map((end) => `${(100 * end).toFixed(1)} %`).join(" to ")]);
      assert.equal(shown.rows.length, 3);
      assert.deepEqual([shown.focused, shown.isHidden], ["outcome-title", true], "a screen reader is led to the outcome");
      await keepPicture(page, "outcome");
      assert.deepEqual(complaints, []);
    });
  });

  it("is judged by its buttons, which Tab reaches and whose focus is seen, and goes on after a reload", async () => {
    await opened(async (page, _, complaints) => {
      await page.waitForFunction(progress("Image 1 of 6"));
      await page.keyboard.press("Tab");
      const focus = (await page.evaluate(`({ id: document.activeElement.id, outline: getComputedStyle(document.activeElement).outlineWidth })`)) as { id: string; outline: string };
      assert.deepEqual(focus, { id: "real", outline: "3px" });
      await page.keyboard.press("Enter");
      await page.waitForFunction(progress("Image 2 of 6"));
      await page.click("#generated");
      await page.waitForFunction(progress("Image 3 of 6"));
      await page.reload();
      await page.waitForFunction(progress("Image 3 of 6"));
      assert.deepEqual(complaints, []);
    });
  });

  it("has names and roles for screen readers", async () => {
    await opened(async (page) => {
      await page.waitForFunction(progress("Image 1 of 6"));
      const seen: string[] = [];
      const walk = (node: { role: string; name?: string; children?: readonly unknown[] } | null): void => {
        if (node === null) return;
        seen.push(`${node.role} ${node.name ?? ""}`.trim());
        for (const child of node.children ?? []) walk(child as Parameters<typeof walk>[0]);
      };
      walk(await page.accessibility.snapshot());
      for (const wanted of ["heading Real or generated?", "image Image 1 of 6, to be judged by eye", "button Real", "button Generated"]) {
        assert.ok(seen.includes(wanted), `${wanted} is not among ${seen.join("; ")}`);
      }
      assert.equal(await page.$eval("html", (html) => html.getAttribute("lang")), "en");
    });
  });

  for (const scheme of ["light", "dark"] as const) {
    it(`has a contrast of at least 4.5 for text and 3 for borders and focus in a ${scheme} scheme`, async () => {
      await opened(async (page) => {
        await page.waitForFunction(progress("Image 1 of 6"));
        await keepPicture(page, scheme);
        const colours = (await page.evaluate(`Object.fromEntries(["ground", "text", "quiet", "line", "button", "focus"].map((name) =>
          [name, getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim()]))`)) as Record<string, string>;
        assert.equal(await page.evaluate(`getComputedStyle(document.body).backgroundColor`), rgb(colours["ground"]!));
        for (const [front, ground, least] of [["text", "ground", 4.5], ["quiet", "ground", 4.5], ["text", "button", 4.5], ["line", "ground", 3], ["focus", "ground", 3]] as const) {
          const ratio = contrast(colours[front]!, colours[ground]!);
          assert.ok(ratio >= least, `${front} on ${ground}: ${ratio}`);
        }
      }, scheme);
    });
  }
});

it("the page of the Turing test is tried in Chromium", { skip: executable === undefined ? problem! : false }, () => {
  assert.ok(executable);
});

/** For a person to look at, where SADDLEPOINT_SCREENSHOTS names a folder. */
async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env["SADDLEPOINT_SCREENSHOTS"];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png` });
}

const channels = (hex: string): number[] => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
const rgb = (hex: string): string => `rgb(${channels(hex).join(", ")})`;

/** WCAG 2.2, definitions of relative luminance and contrast ratio. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [red, green, blue] = channels(hex).map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}
