//! What is asked, who may answer, what may be shown of it, and what is done about it: the deciding part of feedback.
//!
//! Several kinds of entity, each with a room of its own.
