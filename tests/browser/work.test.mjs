// The work area in a real browser, without a script and by keyboard only: a person signs in, works a case, and signs out.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { owner as ownerKey } from "./owner.mjs";

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
  const owner = ownerKey(program);
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
  const other = made(olga, "create", "--kind", "reporter", "--name", "Droguería Sur SAS", "--nit", "800654321-8", "--actor", "wholesaler").key;
  // A list of rates, and one that has most of it no more: it waits for a person. Each width decides on one of its own.
  const folder = mkdtempSync(join(tmpdir(), "termometro-work-"));
  const rates = (name, ...rows) => {
    const path = join(folder, name);
    writeFileSync(path, ["valor,unidad,vigenciadesde,vigenciahasta", ...rows].join("\n") + "\n");
    return spawnSync(program, ["import", "exchange_rates", path], { env: as(), encoding: "utf8" });
  };
  const row = (rate, day) => `${rate},COP,2026-04-${day}T00:00:00.000,2026-04-${day}T00:00:00.000`;
  const whole = rates("trm_20260421.csv", row(3635.12, 17), row(3637.5, 20), row(3702.08, 21));
  assert.equal(whole.status, 0, whole.stdout + whole.stderr);
  for (const [name, rate] of [["trm_20260422.csv", 3701], ["trm_20260423.csv", 3699]]) {
    const held = rates(name, row(rate, 22));
    assert.match(held.stdout + held.stderr, /held/, held.stdout + held.stderr);
  }
  return { ana, luis, olga, ivan, seller, other };
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
    await press(page, page.locator("#paso-form button"), "the button");
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

/** A list in the open-data layout; each width has an act and a product of its own. */
function list(act, ...rows) {
  const [header] = readFileSync(join(root, "sample/ceilings-open-data-20240815.csv"), "utf8").split("\n");
  const name = "LANTUS - Insulina Glargina 300UI/3ml (100UI/1ml) - Líquido/Sólido - Inyectable x 1 - SANOFI AVENTIS";
  const row = ([cum, amount]) => `"1","96","Insulina Glargina - Líquido/Sólido - Inyectable","${cum}","${name}","300","UI","${amount}","0","No Regulado","No regulado","${act}","2027 Jan 01 12:00:00 AM"`;
  return { name: "lista.csv", mimeType: "text/csv", buffer: Buffer.from([header, ...rows.map(row)].join("\n") + "\n") };
}

/** With a script a slider stands beside the percent, and the effect follows it. */
async function slides(page) {
  const context = await browser.newContext({ baseURL: base, locale: "es-CO", viewport: page.viewportSize(), storageState: await page.context().storageState() });
  const live = await context.newPage();
  await live.goto(page.url());
  const effect = await live.locator("#efecto").elementHandle();
  await tabTo(live, live.locator("#por-guia"), "the slider");
  await live.keyboard.press("ArrowLeft");
  // What stood there is replaced by what the service says of the new number.
  await effect.waitForElementState("hidden");
  assert.equal(await live.locator("#por").inputValue(), "-10.5");
  assert.match(live.url(), /por=-10\.5/);
  assert.match(await live.locator("#resumen").innerText(), /Por encima del máximo/);
  await context.close();
}

for (const [name, width, height, act, cum] of [["phone", 360, 740, "Circular 60 de 2026", "19914312-20"], ["desktop", 1280, 900, "Circular 61 de 2026", "19914312-21"]]) {
  test(`an act goes from its draft to its publication by two persons: ${name}, no script, keyboard only`, async () => {
    const viewport = { width, height };
    const page = await open("/trabajo/actos", { viewport });
    await signIn(page, people.ana);
    assert.match(await page.locator("h1").innerText(), /Borradores de actos/);
    await accessible(page, "drafts", `${name}-work-drafts`);
    await press(page, page.locator(".cards a").first(), "drafting an act");
    await type(page, page.locator("#titulo"), act, "the act's name");
    await press(page, page.locator("form.typed button"), "creating it without the rest");
    assert.match(await page.locator(".errors").innerText(), /Escriba: Primer día en que rige/);
    assert.equal(await page.locator("#titulo").inputValue(), act);
    await accessible(page, "the head with errors", `${name}-work-act-errors`);
    const head = { rige_desde: "2027-01-01", asunto_es: "Cambia el precio de una insulina.", asunto_en: "Changes the price of an insulin.", fuente: "Acta de ejemplo", motivo: "ejemplo" };
    for (const [field, text] of Object.entries(head)) await type(page, page.locator(`#${field}`), text, field);
    await press(page, page.locator("form.typed button"), "creating it");
    assert.match(await page.locator(".done").innerText(), new RegExp(`El borrador de ${act} existe`));
    await accessible(page, "the form for its list", `${name}-work-list`);

    await choose(page, list(act, [cum, "30,000.00"], ["19914312-8", "$ 31"]));
    assert.match(await page.locator(".errors").innerText(), /Línea 3: No es un número/);
    assert.deepEqual(await page.locator("tbody th").allInnerTexts(), ["línea 3"]);
    await accessible(page, "the list with a fault", `${name}-work-list-fault`);
    await choose(page, list(act, [cum, "30,000.00"]));
    assert.match(await page.locator(".done").innerText(), /Filas añadidas al borrador: 1/);
    assert.match(await page.locator("main").innerText(), /Lantus[\s\S]*Sanofi Aventis/);
    assert.match(await page.locator("main").innerText(), /lo aprueba otra persona/);
    await accessible(page, "the draft", `${name}-work-draft`);
    const draft = new URL(page.url()).pathname;

    await press(page, page.getByRole("link", { name: "Ensayar otras cifras" }), "the trial");
    await type(page, page.locator("#por"), "-10", "the percent");
    await press(page, page.locator("form.typed button"), "seeing the effect");
    assert.match(await page.locator("#resumen").innerText(), /Por encima del máximo: \$.*en \d+ reportes/);
    await accessible(page, "the trial", `${name}-work-trial-of-act`);
    await slides(page);
    await page.context().close();

    const other = await open(draft, { viewport });
    await signIn(other, people.luis);
    for (const [button, done] of [["Aprobar", /aprobado/], ["Publicar", /publicado/]]) {
      await type(other, other.locator("#motivo"), "revisado contra el acta", "the reason");
      if (button === "Publicar") await type(other, other.locator("#sin_consulta"), "corrección urgente de un error", "why there was no consultation");
      assert.match(await other.locator("form.typed button").innerText(), new RegExp(button));
      await press(other, other.locator("form.typed button"), button);
      assert.match(await other.locator(".done").innerText(), done);
    }
    await accessible(other, "the published draft", `${name}-work-published`);
    await other.context().close();
    const answer = await fetch(`${base}/v1/acts/${act.toLowerCase().replace(/ de /, "-").replace(" ", "-")}`);
    assert.equal(answer.status, 200, await answer.text());
  });
}

/** What a regulator who is signed in elsewhere does by the API: not what this walk is about. */
async function call(key, path, body) {
  const headers = { authorization: `Bearer ${key}`, ...(body && { "content-type": "application/json", "idempotency-key": crypto.randomUUID() }) };
  const answer = await fetch(`${base}${path}`, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, text);
  return JSON.parse(text).data;
}

/** Reports above the ceiling of a month of its own, so that each width has cases that no other walk has moved. */
async function suspicion(period, month) {
  const [header] = readFileSync(join(root, "sample/submission-lantus-2020-q2.csv"), "utf8").split("\n");
  const rows = [20, 21].map((consecutive, index) => `19914312,${consecutive},2020,${month},2,VN,3,A,${600000 + index},${700000 + index},${2 + index},${(2 + index) * 650000 + month},`);
  const answer = await fetch(`${base}/v1/submissions?period=${period}&name=${period}.csv`, {
    method: "POST",
    headers: { authorization: `Bearer ${people.other}`, "idempotency-key": `walk-${period}`, "content-type": "text/csv" },
    body: [header, ...rows].join("\n") + "\n",
  });
  assert.equal(answer.status, 201, await answer.text());
  const cases = await call(people.ana, `/v1/cases?seller=800654321&period=${period}`);
  assert.ok(cases.length >= 1, `no case of ${period}`);
  return cases;
}

for (const [name, width, height, period, month] of [["phone", 360, 740, "2020-Q3", 8], ["desktop", 1280, 900, "2020-Q4", 11]]) {
  test(`cases are given to somebody, noted on, notified by letter, answered and confirmed by two: ${name}, no script, keyboard only`, async () => {
    const viewport = { width, height };
    const cases = await suspicion(period, month);
    const page = await open(`/trabajo?vendedor=800654321&periodo=${period}`, { viewport });
    await signIn(page, people.ana);
    assert.equal(await page.locator("tbody tr").count(), cases.length);
    await accessible(page, "queue with boxes", `${name}-work-queue-boxes`);

    // Without a choice nothing happens; then all of them in one form.
    await press(page, page.locator("#asignar button"), "assigning nothing");
    assert.match(await page.locator(".errors").innerText(), /Marque por lo menos un caso\s+Elija a quién se asigna/);
    await accessible(page, "queue with errors", `${name}-work-queue-errors`);
    const boxes = page.locator("input[name=caso]");
    for (let index = 0; index < cases.length; index++) {
      await tabTo(page, boxes.nth(index), "a box");
      await page.keyboard.press("Space");
    }
    await type(page, page.locator("#asignar_a"), "Luis", "the person");
    await press(page, page.locator("#asignar button"), "assigning");
    assert.match(await page.locator(".done").innerText(), cases.length === 1 ? /Un caso cambió de manos/ : /casos cambiaron de manos/);
    assert.equal(await page.locator("tbody tr", { hasText: "Luis Mora" }).count(), cases.length);
    await accessible(page, "queue after assigning", `${name}-work-queue-assigned`);

    // A note, then the letter as a draft, then the notification.
    await press(page, page.locator("tbody th a").first(), "the case");
    const id = (await page.locator("h1").innerText()).match(/c\d{6}/)[0];
    if (/Por preguntar/.test(await page.locator("h1").innerText())) await step(page, "suspected", "el informante respondió");
    await type(page, page.locator("#nota"), "Pedir la factura antes de decidir.", "the note");
    await press(page, page.locator("form", { has: page.locator("#nota") }).locator("button"), "adding the note");
    assert.match(await page.locator(".done").innerText(), /La nota quedó en el caso/);
    assert.match(await page.locator("main").innerText(), /Pedir la factura antes de decidir/);
    await accessible(page, "case with a note", `${name}-work-case-note`);
    await step(page, "notified", "reportes sobre el máximo");
    await press(page, page.getByRole("link", { name: /Carta de notificación/ }), "the letter");
    const letter = await page.locator("main").innerText();
    assert.match(letter, /15 días hábiles/);
    assert.match(letter, /SHA-256 de las pruebas/);
    assert.doesNotMatch(letter, /Pedir la factura/);
    await accessible(page, "letter", `${name}-work-letter`);
    await page.emulateMedia({ media: "print" });
    assert.ok(await page.locator("h1").isVisible() && !(await page.locator(".work").isVisible()), "the paper has the letter alone");
    await page.screenshot({ path: join(shots, `${name}-work-letter-print.png`), fullPage: true });
    await page.goto(page.url().replace("lang=es", "lang=en"));
    assert.match(await page.locator("main").innerText(), /15 working days/);
    await page.context().close();

    // The seller answers on its own page, and two regulators decide.
    const seller = await open(`/trabajo/casos/${id}`, { viewport });
    await signIn(seller, people.other);
    assert.doesNotMatch(await seller.locator("main").innerText(), /Pedir la factura|Luis Mora/);
    await type(seller, seller.locator("#respuesta"), "El precio incluye el transporte.", "the reply");
    await press(seller, seller.locator("form", { has: seller.locator("#respuesta") }).locator("button"), "replying");
    assert.match(await seller.locator(".done").innerText(), /La respuesta quedó en el caso/);
    await accessible(seller, "case of a seller", `${name}-work-case-seller`);
    await seller.context().close();
    for (const [key, reason, said] of [[people.ana, "no desvirtúa", /lo decide otra persona/], [people.luis, "de acuerdo", /Confirmado/]]) {
      const decision = await open(`/trabajo/casos/${id}`, { viewport });
      await signIn(decision, key);
      assert.match(await decision.locator("main").innerText(), /El precio incluye el transporte/);
      await step(decision, "confirmed", reason);
      assert.match(await decision.locator(".done").innerText(), said);
      await accessible(decision, "case decided", `${name}-work-case-decided`);
      await decision.context().close();
    }
    const register = await fetch(`${base}/v1/register`).then((answer) => answer.text());
    assert.ok(register.includes(id) && !register.includes("Pedir la factura"));
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
  await press(page, page.locator("#paso-form button"), "the button");
}

for (const [name, width, height, file] of [["phone", 360, 740, "trm_20260422.csv"], ["desktop", 1280, 900, "trm_20260423.csv"]]) {
  const viewport = { width, height };

  test(`a regulator decides on a held file: ${name}, no script, keyboard only`, async () => {
    const page = await open("/trabajo/fuentes", { viewport });
    await signIn(page, people.luis);
    assert.match(await page.locator("h1").innerText(), /Fuentes/);
    await accessible(page, "sources", `${name}-work-sources`);
    await press(page, page.locator(".cards a", { hasText: file }), "the held file");
    assert.match(await page.locator("main").innerText(), /más de 20 % menos/);
    await accessible(page, "the held file", `${name}-work-held`);
    await press(page, page.locator("form.typed button"), "deciding without a choice");
    assert.match(await page.locator(".errors").innerText(), /Elija un paso\s+Escriba el motivo/);
    await accessible(page, "the held file with errors", `${name}-work-held-errors`);
    // One width lets it in, the other lets it go.
    await step(page, name === "phone" ? "discard" : "release", "el banco corrigió la serie");
    assert.match(await page.locator(".done").innerText(), name === "phone" ? /se descartó/ : /se dejó entrar/);
    await accessible(page, "sources, decided", `${name}-work-sources-decided`);
    await press(page, page.locator("tbody th a").first(), "a data set");
    await accessible(page, "a data set", `${name}-work-source`);
    await page.context().close();
  });

  test(`a regulator's key is requested by one, taken by its owner and confirmed by another: ${name}, no script, keyboard only`, async () => {
    const person = `Marta Díaz ${name}`;
    const olga = await open("/trabajo/personas", { viewport });
    await signIn(olga, people.olga);
    await accessible(olga, "keys", `${name}-work-keys`);
    await press(olga, olga.locator(".cards a"), "requesting a key");
    await press(olga, olga.locator("form.typed button"), "requesting it without a name");
    assert.match(await olga.locator(".errors").innerText(), /Escriba el nombre/);
    await accessible(olga, "the request with errors", `${name}-work-key-request`);
    await type(olga, olga.locator("#nombre"), person, "the name");
    await type(olga, olga.locator("#motivo"), "entra a la comisión", "the reason");
    await press(olga, olga.locator("form.typed button"), "requesting it");
    const code = await olga.locator("#codigo").innerText();
    await accessible(olga, "the code", `${name}-work-key-requested`);
    await olga.context().close();

    const marta = await open("/trabajo/llave", { viewport });
    await accessible(marta, "taking a key", `${name}-work-key-take`);
    await type(marta, marta.locator("#codigo"), code, "the code");
    await press(marta, marta.locator("form.typed button"), "taking it");
    const key = await marta.locator("#secreto").innerText();
    await accessible(marta, "the key", `${name}-work-key-taken`);
    await marta.goto("/trabajo/entrar");
    await signIn(marta, key);
    assert.match(await marta.locator(".errors").innerText(), /no abre el área de trabajo/);

    const ivan = await open("/trabajo/personas", { viewport });
    await signIn(ivan, people.ivan);
    await press(ivan, ivan.locator("th a", { hasText: person }), "the key that waits");
    await accessible(ivan, "the key that waits", `${name}-work-key`);
    await type(ivan, ivan.locator("#titular"), person, "the holder");
    await type(ivan, ivan.locator("#motivo"), "la conozco", "the reason");
    await press(ivan, ivan.locator("form.typed button").first(), "confirming it");
    assert.match(await ivan.locator(".done").innerText(), /Vigente/);
    await ivan.context().close();

    await signIn(marta, key);
    assert.match(await marta.locator("h1").innerText(), /Cola de casos/);
    await marta.context().close();
  });
}
