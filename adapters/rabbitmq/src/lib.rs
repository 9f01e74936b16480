//! Events over RabbitMQ.
