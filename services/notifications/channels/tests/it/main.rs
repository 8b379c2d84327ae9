//! What leaves the house, as those see it who receive it.
#![cfg(test)]

mod chats;
mod guards;
mod letters;
mod mail;
mod mail_server;
mod receiver;
mod webhooks;
mod wrongdoers;
