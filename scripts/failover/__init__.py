"""Three PostgreSQL servers under Patroni, one etcd, the service before them: the primary dies, freezes and is cut off, and nobody lifts a hand."""
