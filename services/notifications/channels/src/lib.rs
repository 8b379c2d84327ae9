//! How messages leave the house: e-mail, webhooks, chats.
