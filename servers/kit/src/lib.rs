//! What every Veza service shares: configuration, telemetry, problem documents, the auth extractor, health, shutdown.
