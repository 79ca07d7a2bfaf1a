"""FastAPI with asyncpg: two uvicorn workers on uvloop and httptools, a pool of four connections each, prepared statements (asyncpg's own).

The three questions read the same tables as Termómetro and answer the fields that a person needs; nothing is explained, no version is checked.
"""

from contextlib import asynccontextmanager
from decimal import Decimal

import asyncpg
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse

MEDICINE = """SELECT expediente, consecutive, brand, description, holder, registration, registration_state, active, medical_sample, atc, ingredients,
    strength, form, route, form_group, market, dispensing_units::text, regulated_units::text, regulated_unit, regulated, sources
    FROM medicine WHERE expediente = $1 AND consecutive = $2"""
CEILINGS = """SELECT column_code, amount::text, margin_kind, margin::text, act_id, valid_from::text FROM ceiling
    WHERE kind = 'maximum' AND expediente = $1 AND consecutive = $2 ORDER BY column_code, valid_from DESC"""
GROUP = """SELECT g.expediente, g.brand, g.maker, g.ingredient, g.concentration, g.dispensing_unit, g.price
    FROM thermometer_price mine JOIN thermometer_price g ON g.source_file_id = mine.source_file_id AND g.group_key = mine.group_key
    WHERE mine.expediente = $1 AND mine.channel = $2 ORDER BY g.price, g.line"""
CEILING = """SELECT amount, act_id, valid_from::text FROM ceiling WHERE kind = 'maximum' AND expediente = $1 AND consecutive = $2
    AND column_code = 'institutional' ORDER BY valid_from DESC LIMIT 1"""


@asynccontextmanager
async def lifespan(app):
    async with asyncpg.create_pool(min_size=4, max_size=4) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan, openapi_url=None)


def key(cum):
    try:
        expediente, consecutive = cum.split("-")
        return int(expediente), int(consecutive)
    except ValueError:
        raise HTTPException(400, "not a CUM") from None


def quartile(prices, quarter):
    """Linear interpolation, exact."""
    place = Decimal(quarter * (len(prices) - 1)) / 4
    low = int(place)
    high = min(low + 1, len(prices) - 1)
    return prices[low] + (prices[high] - prices[low]) * (place - low)


@app.get("/v1/medicines/{cum}")
async def show_medicine(cum: str, request: Request):
    expediente, consecutive = key(cum)
    async with request.app.state.pool.acquire() as connection:
        row = await connection.fetchrow(MEDICINE, expediente, consecutive)
        if row is None:
            raise HTTPException(404)
        ceilings = await connection.fetch(CEILINGS, expediente, consecutive)
    return JSONResponse({"data": {"cum": cum, **dict(row), "ceilings": [dict(one) for one in ceilings]}})


@app.get("/v1/medicines/{cum}/thermometer")
async def show_thermometer(cum: str, channel: str, request: Request):
    expediente, _ = key(cum)
    rows = await request.app.state.pool.fetch(GROUP, expediente, channel)
    if not rows:
        raise HTTPException(404)
    prices = [row["price"] for row in rows]
    quartiles = {name: str(quartile(prices, number)) for number, name in enumerate(("min", "p25", "p50", "p75", "max"))}
    products = [{**dict(row), "price": str(row["price"])} for row in rows]
    return JSONResponse({"data": {"channel": channel, "n": len(rows), **quartiles, "products": products}})


@app.get("/v1/check")
async def check_price(cum: str, amount: Decimal, date: str, transaction: int, request: Request):
    expediente, consecutive = key(cum)
    row = await request.app.state.pool.fetchrow(CEILING, expediente, consecutive)
    if row is None or row["amount"] is None:
        return JSONResponse({"data": {"cum": cum, "verdict": "not_regulated"}})
    verdict = "above" if amount > row["amount"] else "within"
    answer = {"cum": cum, "date": date, "transaction": transaction, "verdict": verdict, "observed": str(amount), "ceiling": str(row["amount"]),
              "act": row["act_id"], "valid_from": row["valid_from"]}
    return JSONResponse({"data": answer})
