"""Ten calls with the generated client. Prints what they said, as JSON, for comparison with the other client."""

import json
import os
from datetime import date

import httpx
from termometro_client import Client
from termometro_client.api.acts import list_acts
from termometro_client.api.medicines import list_ceilings, list_equivalents, list_medicines, list_prices, show_medicine, show_thermometer
from termometro_client.api.verdicts import check_price, check_prices
from termometro_client.models import Checks, Problem
from termometro_client.types import UNSET

client = Client(base_url=os.environ.get("BASE_URL", "http://127.0.0.1:8080"))
CUM = "19914312-20"
said = {}


def or_none(value):
    return None if value is UNSET else value


said["search"] = [one.cum for one in list_medicines.sync(client=client, q="lantsu", limit=5).data]
medicine = show_medicine.sync(CUM, client=client).data
said["medicine"] = [medicine.brand, medicine.ingredients]
said["ceilings"] = [
    [one.stage, one.amount.amount, one.act] for one in list_ceilings.sync(CUM, client=client, as_of=date(2020, 6, 15)).data
]
reading = show_thermometer.sync("90000301-1", client=client).data
said["thermometer"] = [or_none(reading.level), reading.n, reading.p50.amount]
months, cursor = [], UNSET
while True:
    page = list_prices.sync(CUM, client=client, limit=7, cursor=cursor)
    months += [f"{one.period}/{one.transaction}/{one.operation}" for one in page.data]
    cursor = page.meta.next_cursor
    if not cursor:
        break
said["prices"] = months
said["equivalents"] = [[one.cum, or_none(one.saving)] for one in list_equivalents.sync(CUM, client=client).data]
verdict = check_price.sync(client=client, cum=CUM, amount="171764", per="pack", date="2020-06-15", transaction="1").data
said["check"] = [verdict.verdict, verdict.excess.amount, verdict.ceiling.act]
body = Checks.from_dict({
    "checks": [
        {"cum": CUM, "price": {"amount": amount, "currency": "COP", "per": "pack"}, "date": "2020-06-15", "transaction": "1"}
        for amount in ("33052.00", "33052.01")
    ]
})
said["bulk"] = [one.verdict for one in check_prices.sync(client=client, body=body).data]
unknown = show_medicine.sync_detailed("1-1", client=client)
said["problem"] = [unknown.status_code.value, unknown.parsed.code if isinstance(unknown.parsed, Problem) else None]
first = list_acts.sync_detailed(client=client)
client.set_httpx_client(httpx.Client(base_url=client._base_url, headers={"if-none-match": first.headers["etag"]}))
said["unchanged"] = list_acts.sync_detailed(client=client).status_code.value
print(json.dumps(said))
