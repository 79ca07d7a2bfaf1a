// Ten calls with the generated types. Prints what they said, as JSON, for comparison with the other client.
import createClient from "openapi-fetch";
import type { paths } from "./generated/termometro.js";

const client = createClient<paths, `application/${string}json`>({ baseUrl: process.env.BASE_URL ?? "http://127.0.0.1:8080" });

function must<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`no answer: ${what}`);
  return value;
}

const cum = "19914312-20";
const path = { cum };
const said: Record<string, unknown> = {};

const found = must((await client.GET("/v1/medicines", { params: { query: { q: "lantsu", limit: 5 } } })).data, "search");
said.search = found.data.map((one) => one.cum);

const medicine = must((await client.GET("/v1/medicines/{cum}", { params: { path } })).data, "medicine");
said.medicine = [medicine.data.brand, medicine.data.ingredients];

const ceilings = must((await client.GET("/v1/medicines/{cum}/ceilings", { params: { path, query: { as_of: "2020-06-15" } } })).data, "ceilings");
said.ceilings = ceilings.data.map((one) => [one.stage, one.amount.amount, one.act]);

const reading = must((await client.GET("/v1/medicines/{cum}/thermometer", { params: { path: { cum: "90000301-1" } } })).data, "thermometer");
said.thermometer = [reading.data.level ?? null, reading.data.n, reading.data.p50.amount];

const months: string[] = [];
for (let cursor: string | undefined, turned = 0; turned < 50; turned++) {
  const page = must((await client.GET("/v1/medicines/{cum}/prices", { params: { path, query: { limit: 7, cursor } } })).data, "prices");
  months.push(...page.data.map((one) => `${one.period}/${one.transaction}/${one.operation}`));
  cursor = page.meta.next_cursor ?? undefined;
  if (cursor === undefined) break;
}
said.prices = months;

const equivalents = must((await client.GET("/v1/medicines/{cum}/equivalents", { params: { path } })).data, "equivalents");
said.equivalents = equivalents.data.map((one) => [one.cum, one.saving ?? null]);

const query = { cum, amount: "171764", per: "pack", date: "2020-06-15", transaction: "1" } as const;
const verdict = must((await client.GET("/v1/check", { params: { query } })).data, "check");
said.check = [verdict.data.verdict, verdict.data.excess?.amount ?? null, verdict.data.ceiling?.act ?? null];

const price = (amount: string) => ({ amount, currency: "COP", per: "pack" });
const checks = ["33052.00", "33052.01"].map((amount) => ({ cum, price: price(amount), date: "2020-06-15", transaction: "1" }));
const bulk = must((await client.POST("/v1/checks", { body: { checks } })).data, "bulk");
// A line is a verdict, or a fault where that was asked for: the type says so.
said.bulk = bulk.data.map((one) => ("verdict" in one ? one.verdict : one.fault));

const unknown = await client.GET("/v1/medicines/{cum}", { params: { path: { cum: "1-1" } } });
said.problem = [unknown.response.status, unknown.error?.code];

const first = await client.GET("/v1/acts", {});
const headers = { "if-none-match": first.response.headers.get("etag") ?? "" };
const again = await client.GET("/v1/acts", { headers, parseAs: "text" });
said.unchanged = again.response.status;

console.log(JSON.stringify(said));
