//! The matching broker.
