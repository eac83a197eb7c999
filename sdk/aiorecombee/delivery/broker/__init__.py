"""A durable queue on a broker: Redis, or NATS JetStream."""
