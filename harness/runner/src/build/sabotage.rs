//! Sabotage.
