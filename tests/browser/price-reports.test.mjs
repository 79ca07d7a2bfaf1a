// Reports of prices in a real browser, without a script and by keyboard only: report, answer, same price, and deleted by its ticket.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, begin, end, open, press, regulator, tabTo, type } from "./walker.mjs";

const ANSWER = "En el mostrador este producto no tiene precio máximo; su reporte queda para la próxima revisión de la lista de la Comisión.";
const viewport = { width: 320, height: 740 };

before(begin);
after(end);

/** A ticket and a number in the form of a ticket; opened. */
async function openReport(page, id, ticket) {
  await page.goto(`/reporte?reporte=${id}`);
  await type(page, "#tiquete", ticket);
  await press(page, page.locator("main form button"), "opening");
}

test("somebody reports a price, gets answers, says it is the same, and deletes it by the ticket", async () => {
  const key = regulator("Rosa Paz");
  const page = await open("/reportar-precio", viewport);
  await accessible(page, "the form", "price-report-form");
  await press(page, page.locator("main form button"), "the button");
  assert.match(await page.locator(".errors").innerText(), /Escriba el medicamento[\s\S]*Elija el municipio/);
  await accessible(page, "the form with errors", "price-report-errors");
  await type(page, "#producto", "LOSARTAN 50 MG TABLETA");
  await type(page, "#monto", "900");
  await tabTo(page, page.locator("#por"), "the unit");
  await page.keyboard.press("ArrowDown");
  // A purchase of yesterday, as the field of a day takes it in Spanish.
  const day = new Date(Date.now() - 30 * 3600 * 1000).toISOString().slice(0, 10);
  const [year, month, date] = day.split("-");
  await tabTo(page, page.locator("#dia"), "the day");
  await page.keyboard.type(`${date}${month}${year}`);
  await tabTo(page, page.locator("#municipio"), "the municipality");
  await page.keyboard.type("Mede");
  await type(page, "#pregunta", "¿Es legal ese precio?");
  await press(page, page.locator("main form button"), "going on");
  assert.match(await page.locator("h1").innerText(), /Cuál de estas presentaciones/);
  await accessible(page, "which presentation", "price-report-which");
  await tabTo(page, page.locator("#presentacion"), "none of them");
  await page.keyboard.press("ArrowUp");
  await press(page, page.locator("main form button"), "going on");
  assert.match(await page.locator("main").innerText(), /Medellín[\s\S]*CUM|CUM[\s\S]*Medellín/);
  await accessible(page, "the answers to check", "price-report-check");
  await press(page, page.locator("main form button").first(), "sending");
  const ticket = await page.locator("#tiquete").innerText();
  assert.match(ticket, /^TMO-[0-9A-F]{32}-[0-9A-F]{4}$/);
  await accessible(page, "the answer at once", "price-report-received");
  const id = (await page.locator("main a[href^='/reporte?']").getAttribute("href")).match(/p[0-9a-f]{12}/)[0];

  const work = await open("/trabajo/reportes", { width: 1280, height: 900 });
  await type(work, "#llave", key);
  await press(work, work.locator("form.typed button"), "signing in");
  await work.goto("/trabajo/reportes");
  await accessible(work, "the queue", "price-report-queue");
  await press(work, work.locator(`a[href^='/trabajo/reportes/${id}']`), "the report");
  await accessible(work, "the report for those who answer it", "price-report-work");
  await tabTo(work, work.locator("#decision"), "the decision");
  await work.keyboard.press("Space");
  await type(work, "#respuesta", ANSWER);
  await press(work, work.locator("form:has(#respuesta) button"), "answering");
  assert.match(await work.locator(".done").innerText(), /./);

  await openReport(page, id, ticket);
  assert.match(await page.locator("main").innerText(), /no tiene precio máximo/);
  await accessible(page, "the report of a ticket", "price-report-opened");
  await press(page, page.locator("button[value='igual']"), "the same price");
  assert.match(await page.locator(".done").innerText(), /hoy es el mismo precio/);
  await press(page, page.locator("button[value='retirar']"), "withdrawing");
  assert.match(await page.locator(".done").innerText(), /Su reporte está borrado/);
  assert.doesNotMatch(await page.locator("main").innerText(), /LOSARTAN|Medell|legal ese precio/);
  await accessible(page, "a deleted report", "price-report-deleted");
  await page.goto("/precios-reportados?lang=en");
  assert.match(await page.locator("main").innerText(), /Withdrawn: \d/);
  await accessible(page, "the figures in English", "price-report-figures");
});
