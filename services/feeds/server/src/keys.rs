//! Every key of the read model.
