"""Django REST framework under gunicorn: two workers of four threads, a psycopg pool, server-side binding, no debug, no middleware.

Models, serializers and views as its documentation writes them; the same tables and questions as the other peers.
"""

import os
from decimal import Decimal

import django
from django.conf import settings

settings.configure(
    DEBUG=False, ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="only for the benchmark", USE_TZ=True, MIDDLEWARE=[],
    INSTALLED_APPS=["rest_framework"],
    REST_FRAMEWORK={
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"], "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [], "UNAUTHENTICATED_USER": None,
    },
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"], "USER": os.environ["PGUSER"],
        "HOST": os.environ["PGHOST"], "PORT": os.environ["PGPORT"],
        "OPTIONS": {"pool": {"min_size": 4, "max_size": 4}, "server_side_binding": True},
    }},
)
django.setup()

from django.contrib.postgres.fields import ArrayField  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.http import Http404  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework import serializers  # noqa: E402
from rest_framework.decorators import api_view  # noqa: E402
from rest_framework.response import Response  # noqa: E402


class Medicine(models.Model):
    pk = models.CompositePrimaryKey("expediente", "consecutive")
    expediente = models.IntegerField()
    consecutive = models.IntegerField()
    brand, description, holder = models.TextField(), models.TextField(), models.TextField()
    registration, registration_state = models.TextField(null=True), models.TextField(null=True)
    active, medical_sample = models.BooleanField(null=True), models.BooleanField()
    atc, strength, form, route = (models.TextField(null=True) for _ in range(4))
    form_group, market, regulated_unit = (models.TextField(null=True) for _ in range(3))
    ingredients, sources = ArrayField(models.TextField()), ArrayField(models.TextField())
    dispensing_units = models.DecimalField(null=True, max_digits=40, decimal_places=10)
    regulated_units = models.DecimalField(null=True, max_digits=40, decimal_places=10)
    regulated = models.BooleanField()

    class Meta:
        app_label, managed, db_table = "peer", False, "medicine"


class Ceiling(models.Model):
    kind, column_code, margin_kind, act_id = (models.TextField() for _ in range(4))
    expediente, consecutive = models.IntegerField(), models.IntegerField()
    amount = models.DecimalField(null=True, max_digits=18, decimal_places=4)
    margin = models.DecimalField(null=True, max_digits=18, decimal_places=4)
    valid_from = models.DateField()

    class Meta:
        app_label, managed, db_table = "peer", False, "ceiling"


class ThermometerPrice(models.Model):
    pk = models.CompositePrimaryKey("source_file_id", "line")
    source_file_id, line = models.BigIntegerField(), models.BigIntegerField()
    expediente = models.IntegerField()
    ingredient, concentration, dispensing_unit, brand, maker, channel, group_key = (models.TextField() for _ in range(7))
    price = models.DecimalField(max_digits=40, decimal_places=10)

    class Meta:
        app_label, managed, db_table = "peer", False, "thermometer_price"


class CeilingSerializer(serializers.ModelSerializer):
    class Meta:
        model, fields = Ceiling, ["column_code", "amount", "margin_kind", "margin", "act_id", "valid_from"]


class MedicineSerializer(serializers.ModelSerializer):
    class Meta:
        model = Medicine
        fields = ["expediente", "consecutive", "brand", "description", "holder", "registration", "registration_state", "active", "medical_sample",
                  "atc", "ingredients", "strength", "form", "route", "form_group", "market", "dispensing_units", "regulated_units",
                  "regulated_unit", "regulated", "sources"]


class ProductSerializer(serializers.ModelSerializer):
    class Meta:
        model, fields = ThermometerPrice, ["expediente", "brand", "maker", "ingredient", "concentration", "dispensing_unit", "price"]


def key(cum):
    try:
        expediente, consecutive = cum.split("-")
        return int(expediente), int(consecutive)
    except ValueError:
        raise Http404 from None


def quartile(prices, quarter):
    """Linear interpolation, exact."""
    place = Decimal(quarter * (len(prices) - 1)) / 4
    low = int(place)
    high = min(low + 1, len(prices) - 1)
    return prices[low] + (prices[high] - prices[low]) * (place - low)


@api_view(["GET"])
def show_medicine(request, cum):
    expediente, consecutive = key(cum)
    medicine = Medicine.objects.filter(expediente=expediente, consecutive=consecutive).first()
    if medicine is None:
        raise Http404
    ceilings = Ceiling.objects.filter(kind="maximum", expediente=expediente, consecutive=consecutive).order_by("column_code", "-valid_from")
    return Response({"data": {"cum": cum, **MedicineSerializer(medicine).data, "ceilings": CeilingSerializer(ceilings, many=True).data}})


@api_view(["GET"])
def show_thermometer(request, cum):
    mine = ThermometerPrice.objects.filter(expediente=key(cum)[0], channel=request.query_params["channel"]).first()
    if mine is None:
        raise Http404
    rows = list(ThermometerPrice.objects.filter(source_file_id=mine.source_file_id, group_key=mine.group_key).order_by("price", "line"))
    prices = [row.price for row in rows]
    quartiles = {name: quartile(prices, number) for number, name in enumerate(("min", "p25", "p50", "p75", "max"))}
    return Response({"data": {"channel": mine.channel, "n": len(rows), **quartiles, "products": ProductSerializer(rows, many=True).data}})


@api_view(["GET"])
def check_price(request):
    cum, amount = request.query_params["cum"], Decimal(request.query_params["amount"])
    expediente, consecutive = key(cum)
    listed = Ceiling.objects.filter(kind="maximum", expediente=expediente, consecutive=consecutive, column_code="institutional")
    ceiling = listed.order_by("-valid_from").first()
    if ceiling is None or ceiling.amount is None:
        return Response({"data": {"cum": cum, "verdict": "not_regulated"}})
    verdict = "above" if amount > ceiling.amount else "within"
    return Response({"data": {
        "cum": cum, "date": request.query_params["date"], "transaction": request.query_params["transaction"], "verdict": verdict,
        "observed": amount, "ceiling": ceiling.amount, "act": ceiling.act_id, "valid_from": ceiling.valid_from,
    }})


urlpatterns = [
    path("v1/medicines/<str:cum>", show_medicine),
    path("v1/medicines/<str:cum>/thermometer", show_thermometer),
    path("v1/check", check_price),
]
application = get_wsgi_application()
