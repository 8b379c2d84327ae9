//! The words of messages, in five languages.
