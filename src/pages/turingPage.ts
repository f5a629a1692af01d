/** What the page is told; never what an image is before all are judged. */
export interface TuringPageState {
  readonly trials: number;
  /** Images judged so far: the number of the one to show, from 0. */
  readonly answered: number;
}

/**
 * The page of the Turing test: one image at a time and two buttons, also the keys R and G or the arrows. What is happening is
 * announced to screen readers; the answers are kept by the server, so that a page that is loaded anew goes on.
 *
 * @param nonce what the content security policy lets through
 */
export function turingPage({ trials, answered }: TuringPageState, nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Real or generated?</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">
  :root { color-scheme: light dark; --ground: #ffffff; --text: #1a1a1a; --quiet: #4a4a4a; --line: #6b6b6b; --button: #f0f0f0; --focus: #0b57d0; }
  @media (prefers-color-scheme: dark) {
    :root { --ground: #16181b; --text: #f1f1f1; --quiet: #c4c4c4; --line: #9a9a9a; --button: #2a2d31; --focus: #8ab4f8; }
  }
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--ground); color: var(--text); font: 1.0625rem/1.5 system-ui, sans-serif; }
  main { max-width: 40rem; margin: 0 auto; padding: 1.5rem 1rem; }
  h1 { font-size: 1.5rem; margin: 0 0 0.5rem; }
  p { margin: 0 0 1rem; }
  .quiet { color: var(--quiet); }
  figure { margin: 0 0 1rem; }
  figure img { display: block; width: min(100%, 18rem); aspect-ratio: 1; object-fit: contain; image-rendering: pixelated; background: #000; }
  figcaption { margin-top: 0.5rem; }
  .choices { display: flex; gap: 1rem; flex-wrap: wrap; }
  button { flex: 1 1 10rem; min-height: 3rem; font: inherit; color: inherit; background: var(--button); border: 2px solid var(--line); border-radius: 0.5rem; cursor: pointer; }
  button:hover { border-color: var(--text); }
  :focus-visible { outline: 3px solid var(--focus); outline-offset: 3px; }
  kbd { font: inherit; border: 1px solid var(--line); border-radius: 0.25rem; padding: 0 0.35em; }
  table { border-collapse: collapse; width: 100%; margin-bottom: 1rem; }
  caption { text-align: left; }
  @media (min-width: 30rem) { td { white-space: nowrap; } }
  th, td { text-align: left; padding: 0.5rem 0.75rem 0.5rem 0; border-bottom: 1px solid var(--line); }
  [hidden] { display: none; }
</style>
</head>
<body>
<main>
  <section id="test" aria-labelledby="title">
    <h1 id="title">Real or generated?</h1>
    <p class="quiet">Half of the images are real, half were made by a model, in random order. Press <kbd>R</kbd> or <kbd>←</kbd> for real, <kbd>G</kbd> or <kbd>→</kbd> for generated.</p>
    <figure>
      <img id="image" alt="">
      <figcaption id="progress" role="status" aria-live="polite"></figcaption>
    </figure>
    <div class="choices" role="group" aria-label="Your answer">
      <button type="button" id="real" aria-keyshortcuts="R ArrowLeft">Real</button>
      <button type="button" id="generated" aria-keyshortcuts="G ArrowRight">Generated</button>
    </div>
    <p id="problem" role="alert" hidden></p>
  </section>
  <section id="outcome" aria-labelledby="outcome-title" hidden>
    <h1 id="outcome-title" tabindex="-1">Thank you</h1>
    <p id="summary"></p>
    <table>
      <caption class="quiet">Wrong answers, with 95&nbsp;% confidence intervals</caption>
      <thead><tr><th scope="col">Images</th><th scope="col">Wrong</th><th scope="col">Rate</th><th scope="col">Interval</th></tr></thead>
      <tbody id="rows"></tbody>
    </table>
    <p class="quiet">50&nbsp;% means that they cannot be told apart, 0&nbsp;% that they always are.</p>
  </section>
  <noscript><p>This page needs JavaScript to record the answers.</p></noscript>
</main>
<script nonce="${nonce}">
${script(trials, answered)}
</script>
</body>
</html>
`;
}

function script(trials: number, answered: number): string {
  return `"use strict";
const trials = ${trials};
let answered = ${answered};
let isBusy = false;
const at = (id) => document.getElementById(id);
const percent = (share) => (100 * share).toFixed(1) + "\\u00a0%";

function show() {
  const words = "Image " + (answered + 1) + " of " + trials;
  at("image").src = "/images/" + answered + ".png";
  at("image").alt = words + ", to be judged by eye";
  at("progress").textContent = words;
  if (answered + 1 < trials) new Image().src = "/images/" + (answered + 1) + ".png";
}

function finish(result) {
  const names = { all: "All", generated: "Generated, taken for real", real: "Real, taken for generated" };
  at("summary").textContent = "You were wrong in " + result.all.wrong + " of " + result.all.of + " images: a confusion rate of " + percent(result.all.rate) + ".";
  for (const [key, name] of Object.entries(names)) {
    const rate = result[key];
    if (rate === undefined) continue;
    const row = at("rows").insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = name;
    row.append(head);
    for (const text of [rate.wrong + " of " + rate.of, percent(rate.rate), rate.interval.map(percent).join(" to ")]) row.insertCell().textContent = text;
  }
  at("test").hidden = true;
  at("outcome").hidden = false;
  at("outcome-title").focus();
}

async function send(path, options) {
  const response = await fetch(path, options);
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

async function say(said) {
  if (isBusy || answered >= trials) return;
  isBusy = true;
  at("problem").hidden = true;
  try {
    const body = JSON.stringify({ trial: answered, said });
    const state = await send("/answers", { method: "POST", headers: { "content-type": "application/json" }, body });
    answered = state.answered;
    if (state.result === undefined) show();
    else finish(state.result);
  } catch (error) {
    at("problem").textContent = "The answer was not recorded (" + error.message + "). Try again.";
    at("problem").hidden = false;
  } finally {
    isBusy = false;
  }
}

const keys = { r: "real", ArrowLeft: "real", g: "generated", ArrowRight: "generated" };
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  const said = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (said === undefined) return;
  event.preventDefault();
  say(said);
});
for (const said of ["real", "generated"]) at(said).addEventListener("click", () => say(said));
if (answered < trials) show();
else send("/result").then(finish);`;
}
