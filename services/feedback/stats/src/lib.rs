//! The statistics of feedback: what a number is, and how sure it is. Pure.
//!
//! | what | how | file |
//! |---|---|---|
//! | a share of some | Wilson's score interval | [`share`] |
//! | the difference of two shares | Newcombe's hybrid score interval | [`share`] |
//! | a mean | Student's t interval, from moments that merge (Chan, Golub and LeVeque) | [`moments`] |
//! | how likely people are to recommend (eNPS) | promoters less detractors, as a mean of +100, 0 and −100 | [`recommendation`] |
//! | counts of whole numbers | merged, taken away, read at any quantile | [`histogram`] |
//! | a quantile of some | Hyndman and Fan's seventh, what numpy and R do by themselves | [`quantile`] |
//! | how many people stay and go | retention and turnover of some months | [`people`] |
//!
//! Each formula has its source where it stands. Nothing here knows what may be shown: a group too small is as easily counted
//! as a large one, and is to be held back before.
//!
//! The quantiles of the distributions are those of `statrs`, but where it loses digits ([`level`]). The tests hold every figure to those of scipy, statsmodels and numpy, to 1e-9.

pub mod histogram;
pub mod level;
pub mod moments;
pub mod people;
pub mod quantile;
pub mod recommendation;
pub mod share;

pub use histogram::Histogram;
pub use level::{Interval, Level};
pub use moments::Moments;
pub use people::{Month, retention, turnover};
pub use quantile::quantile;
pub use recommendation::Recommendation;
pub use share::{Difference, Share};
