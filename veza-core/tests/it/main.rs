//! The ports in memory keep their contracts, and the use cases work on them.

mod conformance;
