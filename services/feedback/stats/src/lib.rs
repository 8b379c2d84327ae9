//! The statistics of feedback: what a number is, and how sure it is. Pure.
