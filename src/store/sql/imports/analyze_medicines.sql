-- Statistics of the products, which were just built again.
ANALYZE medicine
