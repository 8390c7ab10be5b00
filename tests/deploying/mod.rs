//! `sdlc deploy`, on a real Docker engine.

mod aftermath;
mod bad_versions;
mod clock;
mod configuration;
mod day;
mod engine;
mod haproxy;
mod hundred;
mod images;
mod kills;
mod newcomer;
mod pace;
mod recovering;
mod scaling;
mod service;
mod switching;
mod watching;
