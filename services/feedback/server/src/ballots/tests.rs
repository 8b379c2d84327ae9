//! The attacker.
