// The work area in a real browser, without a script and by keyboard only: a person signs in, works a case, and signs out.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const root = resolve(import.meta.dirname, "../..");
const shots = join(root, "target/browser");
// Where the service and its program are; scripts/with_service.py starts one and says so.
const base = process.env.BASE_URL, program = process.env.PROGRAM;

let browser, people;

const as = (admin) => ({ ...process.env, TERMOMETRO_LOG: "error", ...(admin ? { TERMOMETRO_ADMIN_KEY: admin } : {}) });

/** A key of somebody, made as the owner of the machine would. */
function made(admin, ...holder) {
  return JSON.parse(execFileSync(program, ["keys", ...holder, "--json"], { env: as(admin), encoding: "utf8" }));
}

/** Two regulators whose keys a second operator has confirmed, and a reporter whose file has prices above a ceiling. */
async function arrive() {
  const owner = made(null, "bootstrap").key;
  const [olga, ivan] = ["Olga Paz", "Iván Gil"].map((name) => made(owner, "create", "--kind", "operator", "--name", name).key);
  const [ana, luis] = ["Ana Ruiz", "Luis Mora"].map((name) => {
    const one = made(olga, "create", "--kind", "regulator", "--name", name);
    execFileSync(program, ["keys", "confirm", one.id, "--holder", name], { env: as(ivan) });
    return one.key;
  });
  const seller = made(olga, "create", "--kind", "reporter", "--name", "Mayorista SAS", "--nit", "900123456-8", "--actor", "wholesaler").key;
  const answer = await fetch(`${base}/v1/submissions?period=2020-Q2&name=lantus.csv`, {
    method: "POST",
    headers: { authorization: `Bearer ${seller}`, "idempotency-key": "work-1", "content-type": "text/csv" },
    body: readFileSync(join(root, "sample/submission-lantus-2020-q2.csv")),
  });
  assert.equal(answer.status, 201, await answer.text());
  return { ana, luis, seller };
}

before(async () => {
  mkdirSync(shots, { recursive: true });
  people = await arrive();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});

after(() => browser?.close());

async function open(path, options = {}) {
  const context = await browser.newContext({ baseURL: base, locale: "es-CO", javaScriptEnabled: false, viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

/** Axe needs a script: it looks at what the browser without one was given, in a browser with one. */
async function accessible(page, what, shot) {
  await page.screenshot({ path: join(shots, `${shot}.png`), fullPage: true });
  const context = await browser.newContext({ baseURL: base, locale: "es-CO", viewport: page.viewportSize(), storageState: await page.context().storageState() });
  const copy = await context.newPage();
  await copy.route("**/*", (route) => (route.request().isNavigationRequest() ? page.content().then((body) => route.fulfill({ body, contentType: "text/html; charset=utf-8" })) : route.continue()));
  await copy.goto(page.url());
  await copy.evaluate(axe);
  const { violations } = await copy.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  const found = violations.map((one) => `${what}: ${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html).join(" | ")}`);
  assert.deepEqual(found, []);
  const wide = await copy.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${what} is wider than its window`);
  await context.close();
}

/** Presses the tabulator until the element has the focus, as somebody without a mouse does. */
async function tabTo(page, locator, what) {
  const focused = () => locator.evaluate((element) => element === document.activeElement).catch(() => false);
  for (let presses = 0; presses < 80; presses++) {
    if (await focused()) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${what} is not reached by keyboard`);
}

async function type(page, locator, text, what) {
  await tabTo(page, locator, what);
  await page.keyboard.type(text);
}

async function press(page, locator, what, key = "Enter") {
  await tabTo(page, locator, what);
  await Promise.all([page.waitForNavigation(), page.keyboard.press(key)]);
}

async function signIn(page, key) {
  await type(page, page.locator("#llave"), key, "the key's field");
  await press(page, page.locator("form.typed button"), "the button");
}

for (const [name, width, height] of [["phone", 360, 740], ["desktop", 1280, 900]]) {
  test(`a regulator signs in, takes a case from suspicion to notified, and signs out: ${name}, no script, keyboard only`, async () => {
    const viewport = { width, height };
    const page = await open("/trabajo", { viewport });
    await accessible(page, "sign in", `${name}-work-sign-in`);
    await signIn(page, "tmo_live_reg_nada");
    assert.match(await page.locator(".errors").innerText(), /no abre el área de trabajo/);
    await accessible(page, "sign in with an error", `${name}-work-sign-in-error`);
    await signIn(page, people.ana);
    assert.match(await page.locator("h1").innerText(), /Cola de casos/);
    await accessible(page, "queue", `${name}-work-queue`);

    const asked = page.locator("tbody tr", { hasText: "Por preguntar" }), suspected = page.locator("tbody tr", { hasText: "Sospecha" });
    // Each width works a case of its own.
    const row = (await suspected.count()) ? suspected : asked;
    await press(page, row.first().locator("th a"), "the case");
    if (/Por preguntar/.test(await page.locator("h1").innerText())) {
      await step(page, "suspected", "el informante respondió");
    }
    await accessible(page, "case", `${name}-work-case`);
    // Without a choice and a reason nothing happens, and the page says what is missing.
    await press(page, page.locator("form.typed button"), "the button");
    assert.match(await page.locator(".errors").innerText(), /Elija un paso\s+Escriba el motivo/);
    await accessible(page, "case with errors", `${name}-work-case-errors`);
    await step(page, "notified", "tres reportes sobre el máximo");
    assert.match(await page.locator(".done").innerText(), /Notificado/);
    assert.match(await page.locator("main").innerText(), /Quedan 15 días hábiles/);
    await accessible(page, "case, notified", `${name}-work-notified`);
    await press(page, page.locator(".work nav a").last(), "the sessions");
    await accessible(page, "sessions", `${name}-work-sessions`);
    await press(page, page.locator(".work button"), "signing out");
    assert.match(await page.locator(".done").innerText(), /Salió/);
    await page.goto("/trabajo");
    assert.match(await page.locator("h1").innerText(), /Entrar/);
    await page.context().close();
  });
}

/** A file of the published layout, for a period that nobody has reported. Each width has figures of its own: the same content counts once. */
function report(units, ...rows) {
  const [header] = readFileSync(join(root, "sample/submission-lantus-2020-q2.csv"), "utf8").split("\n");
  const row = ([month, operation, minimum]) => `19914312,20,2020,${month},2,${operation},3,A,${minimum},40000,${units},${40000 * units},`;
  return { name: "2020-T3.csv", mimeType: "text/csv", buffer: Buffer.from([header, ...rows.map(row)].join("\n") + "\n") };
}

async function choose(page, file) {
  await tabTo(page, page.locator("#archivo"), "the file's field");
  await page.setInputFiles("#archivo", file);
  await press(page, page.locator("form.typed button"), "trying the file");
}

for (const [name, width, height, units] of [["phone", 360, 740, 2], ["desktop", 1280, 900, 3]]) {
  const viewport = { width, height };

  test(`a reporter sends a file with three bad rows, corrects it and gets the receipt: ${name}, no script, keyboard only`, async () => {
    const page = await open("/trabajo/envios", { viewport });
    await signIn(page, people.seller);
    assert.match(await page.locator("h1").innerText(), /Mis envíos/);
    await accessible(page, "submissions", `${name}-work-submissions`);
    await press(page, page.locator(".cards a").first(), "sending a file");
    await type(page, page.locator("#otro"), "2020-T3", "the period");
    await press(page, page.locator("form.typed button"), "trying without a file");
    assert.match(await page.locator(".errors").innerText(), /Elija un archivo/);
    await accessible(page, "the form with an error", `${name}-work-send-error`);
    assert.equal(await page.locator("#otro").inputValue(), "2020-T3");
    await choose(page, report(units, [7, "VN", 30000], [8, "VN", "$ 31"], [8, "XX", 30000], [2, "VN", 30000], [9, "VN", 31000]));
    assert.match(await page.locator("h1").innerText(), /hay filas con errores/);
    assert.deepEqual(await page.locator("tbody th").allInnerTexts(), ["línea 3", "línea 4", "línea 5"]);
    await accessible(page, "the trial with errors", `${name}-work-trial-errors`);
    const annotated = page.getByRole("link", { name: "Descargar el archivo con sus errores" });
    await tabTo(page, annotated, "the file with its errors");
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    const lines = readFileSync(await download.path(), "utf8").trimEnd().split("\n");
    assert.match(lines[0], /,Columna,Qué pasa,Qué sería lo correcto$/);
    assert.deepEqual(lines.map((line) => /ValorMinimo|CodTipoOperacion|AnnioCorte/.test(line.split(",").slice(13).join())), [false, false, true, true, true, false]);
    await press(page, page.getByRole("link", { name: "Probar otro archivo" }), "another file");
    assert.equal(await page.locator("#otro").inputValue(), "2020-Q3");
    await choose(page, report(units, [7, "VN", 30000], [8, "VN", 31000], [9, "VN", 31000]));
    assert.match(await page.locator("h1").innerText(), /el archivo está bien/);
    await accessible(page, "the trial", `${name}-work-trial`);
    await press(page, page.locator("form.typed button"), "sending it");
    assert.match(await page.locator(".done").innerText(), /El reporte de 2020-Q3 quedó entregado/);
    await accessible(page, "the submission", `${name}-work-submission`);
    await press(page, page.getByRole("link", { name: "Ver e imprimir el recibo" }), "the receipt");
    assert.match(await page.locator("main").innerText(), /SHA-256 del recibo/);
    await accessible(page, "the receipt", `${name}-work-receipt`);
    await page.emulateMedia({ media: "print" });
    assert.ok(await page.locator("h1").isVisible() && !(await page.locator(".work").isVisible()), "the paper has the receipt alone");
    await page.context().close();
  });

  test(`a reporter says in two clicks that nothing was sold: ${name}, no script, keyboard only`, async () => {
    const page = await open("/trabajo/envios", { viewport });
    await signIn(page, people.seller);
    await press(page, page.locator(".cards a").nth(1), "reporting nothing");
    await accessible(page, "the choice of the period", `${name}-work-zero`);
    if (name === "desktop") {
      await tabTo(page, page.locator("#periodo"), "the period");
      await page.keyboard.press("ArrowDown");
    }
    await press(page, page.locator("form.typed button"), "going on");
    assert.match(await page.locator("h1").innerText(), /¿No hubo compras ni ventas/);
    await accessible(page, "the question", `${name}-work-zero-question`);
    await press(page, page.locator("form.typed button"), "confirming");
    assert.match(await page.locator(".done").innerText(), /quedó entregado/);
    await page.context().close();
  });
}

async function step(page, to, reason) {
  const choice = page.locator(`input[name=paso][value=${to}]`);
  const first = page.locator("input[name=paso]").first();
  await tabTo(page, first, "the steps");
  // The keys of a group of choices: space takes the one that has the focus, arrows go on.
  await page.keyboard.press("Space");
  for (let presses = 0; presses < 6 && !(await choice.isChecked()); presses++) await page.keyboard.press("ArrowDown");
  assert.ok(await choice.isChecked(), `${to} cannot be chosen`);
  await type(page, page.locator("#motivo"), reason, "the reason");
  await press(page, page.locator("form.typed button"), "the button");
}
