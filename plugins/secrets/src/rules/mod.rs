//! What is looked for: tables by subject, and [`all`] of them.
//!
//! Defines nothing of its own. Of two rules that see a secret in the same place, the earlier one has it.

mod clouds;
mod code_hosting;
mod communication;
mod databases;
mod delivery;
mod generic;
mod hosting;
mod infrastructure;
mod intelligence;
mod keys;
mod mail;
mod observability;
mod payment;
mod productivity;
mod registries;
mod vendors;

use crate::rule::Rule;

/// Of one subject each; the general ones last.
const TABLES: [&[Rule]; 16] = [
    &clouds::RULES,
    &code_hosting::RULES,
    &delivery::RULES,
    &registries::RULES,
    &hosting::RULES,
    &infrastructure::RULES,
    &observability::RULES,
    &payment::RULES,
    &communication::RULES,
    &mail::RULES,
    &intelligence::RULES,
    &productivity::RULES,
    &keys::RULES,
    &databases::RULES,
    &vendors::RULES,
    &generic::RULES,
];

/// All rules, the special ones before the general.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    TABLES.into_iter().flatten()
}

#[cfg(test)]
mod tests;
