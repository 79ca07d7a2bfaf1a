// The pages in a real browser: people's walks, with and without a script, by keyboard, on phones and on paper.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const root = resolve(import.meta.dirname, "../..");
const shots = join(root, "target/browser");
// Where the service is; scripts/with_service.py starts one and says so.
const base = process.env.BASE_URL;
const LANTUS = "/medicamentos/19914312-20";
// One of several that can be compared.
const COMPARABLE = "/medicamentos/90000305-1";
const GROUP = "/termometro?concentracion=Losartan%2050%20mg&unidad=Tableta&canal=institutional";
const PAGES = ["/", "/?q=lantus", LANTUS, `${LANTUS}/hoja`, GROUP, "/mercados/96", "/linea", "/linea?texto=LANTUS%20100%20UI%2FML&precio=171764&fecha=2020-06-15", "/revisar", "/actos", "/actos/muestra-circular-10-2020", "/estado", "/registro", "/cumplimiento", "/peticiones", "/pedir", "/tiquete", "/participacion", "/guia", "/datos", "/docs/", "/medicamentos/1-1", "/nada", "/problems/not_found"];
// Answered with a status of error, or made without the data: a browser gets them whole each time.
const NEVER_UNCHANGED = 5;
const ASKED = `${LANTUS}?precio=171.764&por=caja&venta=laboratorio&fecha=2020-06-15`;

// The screen of a cheap phone.
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

let browser;

before(async () => {
  mkdirSync(shots, { recursive: true });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});

after(() => browser?.close());

/** A page of its own, which fails when it asks another host or breaks its own policy. */
async function open(path, options = {}) {
  const context = await browser.newContext({ baseURL: base, locale: "es-CO", viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const foreign = [], faults = [];
  page.on("request", (request) => { if (!request.url().startsWith(base) && !request.url().startsWith("data:")) foreign.push(request.url()); });
  page.on("console", (message) => { if (/Content Security Policy|Refused to/.test(message.text())) faults.push(message.text()); });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.seen = new Set();
  page.on("framenavigated", (frame) => { if (frame === page.mainFrame()) page.seen.add(frame.url().replace(/#.*/, "")); });
  await page.goto(path);
  page.finish = async () => {
    assert.deepEqual(foreign, [], "another host is asked");
    assert.deepEqual(faults, [], "the page breaks its own policy");
    await context.close();
  };
  return page;
}

async function accessible(page, what) {
  // The policy lets no foreign script in: the checker comes through the debugger, not through the page.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run({ exclude: [["#swagger-ui"]] }, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  const told = violations.map((one) => `${what}: ${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html).join(" | ")}`);
  assert.deepEqual(told, []);
}

/** What style and script make of a page. */
const look = (page) => page.evaluate(() => {
  const of = (selector) => getComputedStyle(document.querySelector(selector) ?? document.body);
  return {
    font: of("body").fontFamily, ink: of("body").color, bar: of(".bar").backgroundColor, heading: of("h1").fontSize,
    sheets: [...document.styleSheets].map((sheet) => `${sheet.href} ${sheet.cssRules.length > 0}`),
    scripts: [...document.scripts].filter((script) => script.src).map((script) => script.src),
  };
});

const plain = (font) => /times|serif$/i.test(font) && !/sans-serif$/i.test(font);

/** Reloads, and tells the status that came over the wire: to the page a browser shows 200 for a 304. */
async function reloaded(page) {
  const client = await page.context().newCDPSession(page);
  await client.send("Network.enable");
  let document;
  const statuses = new Map();
  client.on("Network.requestWillBeSent", (event) => { if (event.type === "Document") document ??= event.requestId; });
  client.on("Network.responseReceivedExtraInfo", (event) => statuses.set(event.requestId, event.statusCode));
  await page.reload();
  await client.detach();
  return statuses.get(document);
}

/** The same look as at first, by whatever way one comes back: from what is kept, asked again (304), and by the button "back". */
async function comesBack(page, address) {
  await page.goto(address);
  const first = await look(page);
  assert.ok(!plain(first.font) && first.sheets.length > 0 && first.sheets.every((sheet) => sheet.endsWith("true")), `${address} has no style: ${JSON.stringify(first)}`);
  const status = await reloaded(page);
  assert.deepEqual(await look(page), first, `${address} looks otherwise after ${status}`);
  await page.goto(new URL("/guia", base).href);
  await page.goBack();
  assert.deepEqual(await look(page), first, `${address} looks otherwise when one goes back to it`);
  return status;
}

/** A walk, done twice in one browser: the second time with what it has kept of the first. Then every page of it is come back to. */
function walk(name, path, options, steps) {
  test(name, async () => {
    const page = await open(path, options);
    await steps(page);
    await page.goto(path);
    await steps(page);
    for (const address of [...page.seen]) await comesBack(page, address);
    await page.finish();
  });
}

const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test("axe finds nothing on any page, light and dark, in Spanish and in English", async () => {
  for (const [colorScheme, lang] of [["light", "es"], ["dark", "es"], ["light", "en"]]) {
    for (const path of [...PAGES, ASKED]) {
      const page = await open(`${path}${path.includes("?") ? "&" : "?"}lang=${lang}`, { colorScheme });
      await accessible(page, `${path} ${colorScheme} ${lang}`);
      await page.finish();
    }
  }
});

walk("a patient finds the medicine, reads the thermometer and checks the price", "/", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, async (page) => {
  await page.screenshot({ path: join(shots, "phone-home.png"), fullPage: true });
  await page.getByLabel("¿Qué medicamento tiene en la mano?").pressSequentially("lantsu", { delay: 30 });
  await page.locator("#resultados a", { hasText: /lantus/i }).first().waitFor();
  await page.screenshot({ path: join(shots, "phone-typing.png"), fullPage: true });
  await page.locator(`#resultados a[href^="${LANTUS}?"]`).click();
  await page.waitForURL(`**${LANTUS}?*`);
  assert.match(await page.locator("h1").innerText(), /lantus/i);
  await page.screenshot({ path: join(shots, "phone-medicine.png"), fullPage: true });
  await page.getByLabel("Precio en pesos").fill("171.764");
  await page.getByText("Otra venta u otra fecha").click();
  await page.getByLabel("¿Quién se lo vende a quién?").selectOption("laboratorio");
  await page.getByLabel("Fecha (vacío: hoy)").fill("2020-06-15");
  await page.getByRole("button", { name: "Revisar" }).click();
  await page.locator("#respuesta .answer").waitFor();
  assert.match(await page.locator("#respuesta .figure").innerText(), /por encima del máximo legal/);
  assert.match(await page.locator("#respuesta").innerText(), /171\.764/);
  await page.locator("#respuesta .answer summary").click();
  assert.match(await page.locator(".worksheet").innerText(), /compare/);
  await page.screenshot({ path: join(shots, "phone-answer.png"), fullPage: true });
});

walk("the price in the hand: its form stands on the first screen of a phone, and it gets two answers", "/medicamentos/90000301-2", PHONE, async (page) => {
  for (const field of [page.getByLabel("Precio en pesos"), page.getByLabel("¿Por qué cantidad?"), page.getByRole("button", { name: "Revisar" })]) {
    const box = await field.boundingBox();
    assert.ok(box.y + box.height <= PHONE.viewport.height, `${box.y + box.height} is below the first screen`);
  }
  await page.screenshot({ path: join(shots, "phone-first-screen.png") });
  await page.getByLabel("Precio en pesos").fill("60.000");
  await page.getByRole("button", { name: "Revisar" }).click();
  await page.waitForURL("**precio=60.000*");
  assert.match(await page.locator("#respuesta .placed").innerText(), /Alto[\s\S]*60\.000 por la caja ÷ 30 unidades = \$\u00a02\.000 por unidad/);
  assert.match(await page.locator("#respuesta .answer").innerText(), /Frente a la ley/);
  assert.ok(await page.locator("#termometro ~ .drawing svg text", { hasText: "Su precio: $\u00a02.000" }).count() > 0, "it stands among the others");
  await page.screenshot({ path: join(shots, "phone-two-answers.png"), fullPage: true });
});

walk("whoever comes to an address where nothing is goes on from there", "/nada", PHONE, async (page) => {
  assert.match(await page.locator("h1").innerText(), /Esta página no existe/);
  await page.getByLabel("¿Qué medicamento tiene en la mano?").fill("lantus");
  await page.getByRole("button", { name: "Buscar" }).click();
  await page.locator(`#resultados a[href^="${LANTUS}?"]`).first().waitFor();
});

/** Numbers that stand on two lines, and words that are cut in their middle. */
const broken = (page) => page.evaluate(() => {
  const found = [], walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    // A digest or an address is a code: it may go on below.
    if (node.parentElement.closest("code, pre, .letter, option, #swagger-ui, svg")) continue;
    for (const match of node.data.matchAll(/(?:\$|COP)\u00a0[\d.,]+|\d[\d.,]*\u00a0%|\d[\d.,]*\d|\p{L}+/gu)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const tops = new Set([...range.getClientRects()].filter((box) => box.width > 0).map((box) => Math.round(box.top)));
      if (tops.size > 1) found.push(match[0]);
    }
  }
  return found;
});

test("no number and no word breaks, and tables of four columns are lists on a phone", async () => {
  for (const width of [320, 360, 768, 1280]) {
    for (const path of [...PAGES, ASKED, "/medicamentos/90000304-1", "/actos/muestra-circular-19-2024"]) {
      const page = await open(path, { viewport: { width, height: 740 } });
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
      assert.deepEqual(await broken(page), [], `${path} at ${width}`);
      for (const shown of await page.locator("table.rows td[data-label]").evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell).display))) {
        assert.ok(width > 640 ? shown === "table-cell" : shown !== "table-cell", `${path} at ${width}: ${shown}`);
      }
      const crowded = await page.locator("table:not(.rows):not(#swagger-ui *)").evaluateAll((tables) => tables.filter((table) => table.rows[0].cells.length > 3).length);
      assert.equal(crowded, 0, `${path}: a table of four columns that stays one`);
      await page.finish();
    }
  }
});

// Pens and vials have this name, and different ceilings.
const OPEN_LIST = "descripcion,cantidad,vr_unitario,fecha\nLANTUS 100 UI/ML SOLUCION INYECTABLE LAPICERO,1,40000,2020-06-15\n";

for (const [width, options] of [[360, PHONE], [1280, {}], [1280, { javaScriptEnabled: false }]]) {
  const scripts = options.javaScriptEnabled !== false;
  test(`a buyer settles a line, checks again and takes the file along (${width} wide, ${scripts ? "by keyboard" : "without a script"})`, async () => {
    const page = await open("/revisar?lang=es", { viewport: { width, height: 800 }, ...options, acceptDownloads: true });
    const checked = async (name) => {
      const button = page.getByRole("button", { name, exact: true });
      await button.focus();
      await page.keyboard.press("Enter");
    };
    const clean = async (what) => {
      if (!scripts) return;
      await accessible(page, `${what} at ${width}`);
      assert.ok((await wide(page)) <= 0, `${what} is wider than ${width}`);
      assert.deepEqual(await broken(page), [], `${what} at ${width}`);
    };
    await page.locator("#archivo").setInputFiles({ name: "lista.csv", mimeType: "text/csv", buffer: Buffer.from(OPEN_LIST) });
    await page.locator("#venta").selectOption("1");
    await checked("Revisar");
    await page.locator("#cum-0").waitFor();
    await clean("the choices");
    await page.screenshot({ path: join(shots, `settling-${width}.png`), fullPage: true });
    await page.locator("#cum-0").focus();
    await page.keyboard.type("CUM 19914312-20");
    if ((await page.locator("#cum-0").inputValue()) !== "19914312-20") await page.locator("#cum-0").selectOption("19914312-20");
    await page.locator("#unidad-0").selectOption("dispensing_unit");
    await checked("Revisar");
    await page.locator("table.rows td").first().waitFor();
    assert.match(await page.locator("main").innerText(), /Quien revisa dijo que este texto es del CUM 19914312-20/);
    await clean("what was settled");
    await page.screenshot({ path: join(shots, `settled-${width}.png`), fullPage: true });
    const download = page.waitForEvent("download");
    await checked("Descargar mis columnas y lecturas");
    const own = JSON.parse(readFileSync(await (await download).path(), "utf8"));
    assert.equal(own.settled[0].cum, "19914312-20");
    await page.finish();
  });
}

walk("a newcomer's sample has a level, a legal maximum, a saving and a history on one page", "/?q=losartan+dorado", { viewport: { width: 390, height: 844 } }, async (page) => {
  await page.locator("#resultados a[href^='/medicamentos/90000304-1?']").click();
  const main = await page.locator("main").innerText();
  assert.match(main, /no lo puede cobrar a la EPS por más de esto:\s+\$\u00a04\.815/);
  assert.match(main, /ahorra \$\u00a04\.289,32 por unidad/);
  assert.ok(await page.locator("svg title", { hasText: "precio alto" }).count() > 0, "its price among the others");
  assert.ok(await page.locator("svg title", { hasText: "Precios reportados mes a mes" }).count() > 0, "its history");
  assert.doesNotMatch(main, /no lo podemos decir/i);
  await page.screenshot({ path: join(shots, "phone-newcomer.png"), fullPage: true });
});

walk("the same walk in English stays in English", "/?lang=en", { viewport: { width: 390, height: 844 } }, async (page) => {
  await page.getByLabel("Which medicine do you hold in your hand?").fill("lantus");
  await page.getByRole("button", { name: "Search" }).click();
  await page.locator(`#resultados a[href^="${LANTUS}?"]`).click();
  await page.getByLabel("Price in pesos").fill("171,764");
  await page.getByText("Another sale or another date").click();
  await page.getByLabel("Who sells to whom?").selectOption("laboratorio");
  await page.getByLabel("Date (empty: today)").fill("2020-06-15");
  await page.getByRole("button", { name: "Check" }).click();
  assert.match(await page.locator("#respuesta").innerText(), /Above the legal maximum[\s\S]*COP\u00a0171,764[\s\S]*419\.7\u00a0% more than the maximum/);
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await page.screenshot({ path: join(shots, "phone-answer-en.png"), fullPage: true });
});

walk("a regulator reads what an act changed", "/actos", {}, async (page) => {
  await page.locator("a[href^='/actos/muestra-circular-10-2020']").click();
  assert.match(await page.locator("h1").innerText(), /Circular 10 de 2020/);
  await page.goto("/actos/muestra-circular-19-2024");
  // Against what was in force before it, without being told.
  assert.equal(await page.getByLabel("Comparar con").inputValue(), "muestra-circular-10-2020");
  assert.match(await page.locator("main").innerText(), /De «Muestra: Circular 10 de 2020» a «Muestra: Circular 19 de 2024»: presentaciones que bajaron \d+, subieron [1-9]/);
  assert.ok(await page.locator("svg[role=img] title", { hasText: "Cuánto cambiaron" }).count() > 0, "the changes are plotted");
  assert.match(await page.locator("main").innerText(), /19\.730,50/);
  await page.screenshot({ path: join(shots, "desktop-act.png"), fullPage: true });
  await page.getByLabel("Comparar con").selectOption("muestra-circular-06-2013");
  await page.getByRole("button", { name: "Comparar" }).click();
  await page.waitForURL("**desde=muestra-circular-06-2013*");
  assert.match(await page.locator("main").innerText(), /De «Muestra: Circular 06 de 2013» a «Muestra: Circular 19 de 2024»/);
});

walk("a ceiling that binds is worked out step by step, and the counter is free", LANTUS, { viewport: { width: 390, height: 844 } }, async (page) => {
  const legal = page.locator("section", { has: page.locator("#legal") });
  assert.match(await legal.innerText(), /En la droguería este medicamento no tiene precio máximo/);
  // What the hospital may charge, its margin included: a smaller figure would accuse it.
  assert.match(await legal.locator(".figure").innerText(), /35\.365,64/);
  assert.match(await legal.innerText(), /33\.052 de la lista más \$\u00a02\.313,64/);
  await legal.locator("summary").first().click();
  assert.match(await legal.locator("ol").first().innerText(), /35\.365,64/, "with the margin of the hospital");
  await legal.locator("summary", { hasText: "Ver todas las ventas" }).click();
  await page.screenshot({ path: join(shots, "phone-legal.png"), fullPage: true });
});

walk("equivalents tell what is saved, for a unit and for a month", COMPARABLE, {}, async (page) => {
  await page.getByLabel("¿Cuántas unidades toma al día?").fill("2");
  await page.getByRole("button", { name: "Calcular al mes" }).click();
  await page.waitForURL("**por_dia=2*");
  const text = await page.locator("section", { has: page.locator("#eq-titulo") }).innerText();
  // 388.83 - 61.67 a unit, twice a day for thirty days.
  assert.match(text, /ahorra \$\u00a0327,16 por unidad · \$\u00a019\.629,60 en 30 días/);
  assert.equal((text.match(/Losartán Andina/g) ?? []).length, 1, "one card a product");
  await page.screenshot({ path: join(shots, "desktop-equivalents.png"), fullPage: true });
});

for (const [name, lang] of [["desktop-docs", "es"], ["desktop-docs-en", "en"]]) {
  walk(`the guide stands beside the reference, and the reference works (${lang})`, `/docs/?lang=${lang}`, { viewport: { width: 1400, height: 1000 } }, async (page) => {
    await page.locator("#operations-verdicts-check_price").waitFor();
    const guide = await page.locator(".guide").boundingBox(), reference = await page.locator(".reference").boundingBox();
    assert.ok(guide.x + guide.width <= reference.x + 1, "side by side");
    await page.locator("#operations-verdicts-check_price .opblock-summary-control").click();
    await page.locator("#operations-verdicts-check_price .opblock-description").waitFor();
    await page.screenshot({ path: join(shots, `${name}.png`) });
    await page.reload();
    await page.locator("#operations-verdicts-check_price").waitFor();
  });
}

walk("a journalist downloads everything", "/", { acceptDownloads: true }, async (page) => {
  await page.getByRole("link", { name: "Datos abiertos" }).click();
  // Made in the background, soon after the data have come.
  for (let tries = 0; (await page.locator("#ceilings").count()) === 0; tries++) {
    assert.ok(tries < 60, "the files are never made");
    await page.waitForTimeout(500);
    await page.reload();
  }
  const set = page.locator("section[aria-labelledby=ceilings]");
  assert.match(await set.locator("a").first().getAttribute("href"), /\/ceilings\.xlsx$/, "what most people open stands first");
  for (const [name, begins] of [["ceilings.csv", "key,cum,"], ["ceilings.xlsx", "PK"], ["ceilings.excel-es.csv", "\u{FEFF}key;cum;"]]) {
    const address = await set.locator(`a[href$='/${name}']`).getAttribute("href");
    const told = await set.locator("details li", { hasText: name }).locator("code").textContent();
    const body = await (await page.request.get(address)).body();
    assert.equal(createHash("sha256").update(body).digest("hex"), told, name);
    assert.ok(body.toString("utf8").startsWith(begins), `${name}: ${body.subarray(0, 20)}`);
  }
});

walk("everything works without a script", "/", { javaScriptEnabled: false }, async (page) => {
  await page.getByLabel("¿Qué medicamento tiene en la mano?").fill("lanthus");
  await page.getByRole("button", { name: "Buscar" }).click();
  await page.locator(`#resultados a[href^="${LANTUS}?"]`).click();
  await page.getByLabel("Precio en pesos").fill("33052");
  await page.getByText("Otra venta u otra fecha").click();
  await page.getByLabel("¿Quién se lo vende a quién?").selectOption("laboratorio");
  await page.getByLabel("Fecha (vacío: hoy)").fill("2020-06-15");
  await page.getByRole("button", { name: "Revisar" }).click();
  assert.match(await page.locator("#respuesta").innerText(), /No supera el máximo legal/);
  await page.locator("details summary").first().click();
});

walk("a keyboard is enough, and shows where it is", "/", {}, async (page) => {
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "contenido");
  for (let presses = 0; await page.evaluate(() => document.activeElement.id) !== "q"; presses++) {
    assert.ok(presses < 10, "the search field is not reached");
    await page.keyboard.press("Tab");
  }
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineWidth);
  assert.equal(outline, "3px");
  await page.keyboard.type("lantus");
  await page.keyboard.press("Enter");
  await page.waitForURL("**q=lantus*");
  for (let presses = 0; !(await page.evaluate(() => document.activeElement.closest?.(".cards a"))); presses++) {
    assert.ok(presses < 20, "no result is reached");
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await page.waitForURL("**/medicamentos/**");
});

test("no page loses its style or its script when it is asked for again", async () => {
  const page = await open("/");
  const unchanged = [];
  for (const path of [...PAGES, ASKED]) {
    if ((await comesBack(page, `${base}${path}`)) === 304) unchanged.push(path);
  }
  assert.ok(unchanged.length >= PAGES.length + 1 - NEVER_UNCHANGED, `requested again and unchanged: ${unchanged}`);
  await page.finish();
});

test("the search works on every visit: typed, submitted, reloaded, and come back to", async () => {
  const page = await open("/");
  for (let visit = 0; visit < 3; visit++) {
    await page.goto("/");
    if (visit > 0) await page.reload();
    const field = page.getByLabel("¿Qué medicamento tiene en la mano?");
    await field.pressSequentially("lantsu", { delay: 20 });
    await page.locator(`#resultados a[href^="${LANTUS}?"]`).waitFor();
    // The same address as the script asked for: the browser asks whether it is still the same.
    await field.fill("lantus");
    await page.locator(`#resultados a[href^="${LANTUS}?"]`).waitFor();
    await page.getByRole("button", { name: "Buscar" }).click();
    await page.waitForURL("**q=lantus*");
    assert.ok(!plain((await look(page)).font), `visit ${visit}: the page has no style after it was submitted`);
    await page.locator(`#resultados a[href^="${LANTUS}?"]`).click();
    await page.waitForURL(`**${LANTUS}?*`);
    await page.goBack();
    assert.ok(!plain((await look(page)).font), `visit ${visit}: the page has no style when one comes back`);
    await page.getByLabel("¿Qué medicamento tiene en la mano?").fill("losartan");
    await page.locator("#resultados a", { hasText: /losart/i }).first().waitFor();
  }
  await page.finish();
});

test("nothing is cut off at 320 points, nor at twice the size", async () => {
  for (const path of [...PAGES, ASKED]) {
    const narrow = await open(path, { viewport: { width: 320, height: 640 } });
    assert.ok(await wide(narrow) <= 0, `${path} is wider than 320`);
    await narrow.finish();
    // 200 % of a window of 1280 is one of 640 with twice the pixels.
    const zoomed = await open(path, { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 });
    assert.ok(await wide(zoomed) <= 0, `${path} at 200 %`);
    await zoomed.finish();
  }
});

test("both languages, phone and desktop, dark and paper: pictures to look at", async () => {
  for (const [name, path, options] of [
    ["desktop-home", "/", {}],
    ["desktop-medicine", LANTUS, {}],
    ["desktop-answer-en", `${ASKED}&lang=en`, {}],
    ["desktop-dark", LANTUS, { colorScheme: "dark" }],
    ["narrow-medicine", LANTUS, { viewport: { width: 320, height: 640 } }],
    ["desktop-comparable", COMPARABLE, {}],
    ["desktop-status-en", "/estado?lang=en", {}],
    ["desktop-acts", "/actos", {}],
    ["desktop-data", "/datos", {}],
  ]) {
    const page = await open(path, options);
    await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
    if (path.includes("lang=en")) assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await page.finish();
  }
  const page = await open(`${LANTUS}/hoja`);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator(".bar").isVisible(), false);
  await page.screenshot({ path: join(shots, "paper.png"), fullPage: true });
  await page.finish();
});

test("the first view is light and quick on a slow phone", async () => {
  for (const [path, slower] of [["/", 1], [LANTUS, 1], [ASKED, 1], [ASKED, 4]]) {
    const context = await browser.newContext({ baseURL: base, viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    const client = await context.newCDPSession(page);
    await client.send("Network.enable");
    // "Slow 3G" of the browser's own tools: 400 kbit/s and 400 ms there and back.
    await client.send("Network.emulateNetworkConditions", { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 });
    await client.send("Emulation.setCPUThrottlingRate", { rate: slower });
    let bytes = 0;
    client.on("Network.loadingFinished", (event) => { bytes += event.encodedDataLength; });
    await page.goto(path, { waitUntil: "load" });
    const usable = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? performance.now());
    const loaded = await page.evaluate(() => performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd);
    const processor = slower === 1 ? "" : `, processor ${slower} times slower`;
    console.log(`${path}: ${bytes} bytes, first paint ${Math.round(usable)} ms, ready ${Math.round(loaded)} ms${processor}`);
    assert.ok(bytes <= 60 * 1024, `${path}: ${bytes} bytes`);
    // How long a slow processor takes is for the benchmarks: whatever else this machine does counts four times.
    if (slower === 1) assert.ok(Math.max(usable, loaded) <= 2000, `${path}: ${usable} ms, ${loaded} ms`);
    await context.close();
  }
});
