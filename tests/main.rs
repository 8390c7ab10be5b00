//! End-to-end tests, through the real binary. A module a subject.
