// Walks of pages without a script, by keyboard only, with what is wrong of each for people who use other means.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";
import { owner as ownerKey } from "./owner.mjs";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const shots = join(resolve(import.meta.dirname, "../.."), "target/browser");
const base = process.env.BASE_URL, program = process.env.PROGRAM;
let browser;

/** Before the walks of a file. */
export async function begin() {
  mkdirSync(shots, { recursive: true });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

export const end = () => browser?.close();

const as = (key) => ({ ...process.env, TERMOMETRO_LOG: "error", ...(key ? { TERMOMETRO_ADMIN_KEY: key } : {}) });
const keys = (key, ...words) => JSON.parse(execFileSync(program, ["keys", ...words, "--json"], { env: as(key), encoding: "utf8" }));

/** A regulator whose key a second operator has confirmed. */
export function regulator(name) {
  const owner = ownerKey(program);
  const [one, two] = [`${name} uno`, `${name} dos`].map((operator) => keys(owner, "create", "--kind", "operator", "--name", operator).key);
  const made = keys(one, "create", "--kind", "regulator", "--name", name);
  execFileSync(program, ["keys", "confirm", made.id, "--holder", name], { env: as(two) });
  return made.key;
}

export async function open(path, viewport) {
  const context = await browser.newContext({ baseURL: base, locale: "es-CO", javaScriptEnabled: false, viewport });
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

export async function accessible(page, what, shot) {
  await page.screenshot({ path: join(shots, `${shot}.png`), fullPage: true });
  const context = await browser.newContext({ baseURL: base, locale: "es-CO", viewport: page.viewportSize() });
  const copy = await context.newPage();
  await copy.route("**/*", (route) => (route.request().isNavigationRequest() ? page.content().then((body) => route.fulfill({ body, contentType: "text/html; charset=utf-8" })) : route.continue()));
  await copy.goto(page.url());
  await copy.evaluate(axe);
  const { violations } = await copy.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  assert.deepEqual(violations.map((one) => `${what}: ${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html).join(" | ")}`), []);
  const wide = await copy.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${what} is wider than its window`);
  await context.close();
}

export async function tabTo(page, locator, what) {
  const focused = () => locator.evaluate((element) => element === document.activeElement).catch(() => false);
  for (let presses = 0; presses < 80; presses++) {
    if (await focused()) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${what} is not reached by keyboard`);
}

export async function type(page, selector, text) {
  await tabTo(page, page.locator(selector), selector);
  await page.keyboard.type(text);
}

export async function press(page, locator, what) {
  await tabTo(page, locator, what);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}
