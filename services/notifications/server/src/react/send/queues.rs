//! Who is sent to next. Every receiver has a line of its own, and every host a bound that all lines to it share; lines take
//! turns, and so do hosts. So a receiver that hangs holds its own line, never another's.
//!
//! It is all in memory, and what does not fit is turned away: it stands on the agenda, which offers it again.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use khidma_events::notifications::Receiver;
use khidma_kernel::DeliveryId;

/// How many at once, and how many may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// Attempts to one receiver at once.
    pub per_receiver: usize,
    /// Attempts to one host at once.
    pub per_host: usize,
    /// E-mails at once: all go by the same server.
    pub mails: usize,
    /// Deliveries under way at once, until what became of them is written down.
    pub at_once: usize,
    /// Deliveries that wait for one receiver.
    pub waiting_per_receiver: usize,
    /// Deliveries that wait in all.
    pub waiting: usize,
}

/// Where a receiver is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Host {
    /// Behind the mail server.
    Mail,
    /// On that host and port; empty where it is nowhere any more.
    Web(Arc<str>),
}

/// A delivery to be attempted now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Job {
    pub id: DeliveryId,
    pub to: Receiver,
    pub host: Host,
}

/// How a receiver took an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// It took it.
    Took,
    /// It did not, and may be in trouble.
    Struggled,
    /// That says nothing of the receiver.
    Nothing,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Queues {
    limits: Limits,
    lines: HashMap<Receiver, Line>,
    hosts: HashMap<Host, Turns>,
    /// Hosts with a line that may go on, each once.
    ready: VecDeque<Host>,
    /// All that waits or is under way.
    known: HashSet<DeliveryId>,
    waiting: usize,
    under_way: usize,
}

/// What waits for one receiver.
#[derive(Debug)]
struct Line {
    host: Host,
    urgent: VecDeque<DeliveryId>,
    others: VecDeque<DeliveryId>,
    under_way: usize,
    /// Attempts at once: one while it struggles, twice as many after each that it takes.
    room: usize,
    /// Whether it stands among its host's.
    is_ready: bool,
}

/// The lines to one host.
#[derive(Debug, Default)]
struct Turns {
    /// Those that may go on, each once.
    ready: VecDeque<Receiver>,
    lines: usize,
    under_way: usize,
    /// Whether it stands among the hosts that are ready.
    is_ready: bool,
}

impl Queues {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            lines: HashMap::new(),
            hosts: HashMap::new(),
            ready: VecDeque::new(),
            known: HashSet::new(),
            waiting: 0,
            under_way: 0,
        }
    }

    /// Whether it waits or is under way.
    pub(super) fn knows(&self, id: DeliveryId) -> bool {
        self.known.contains(&id)
    }

    /// Lets it wait for its turn. Whether there was room.
    pub(super) fn offer(&mut self, job: Job, urgent: bool) -> bool {
        let Job { id, to, host } = job;
        if self.waiting >= self.limits.waiting || self.knows(id) {
            return false;
        }
        let line = self.lines.entry(to.clone()).or_insert_with(|| {
            self.hosts.entry(host.clone()).or_default().lines += 1;
            Line::to(host, self.limits.per_receiver)
        });
        if line.waiting() >= self.limits.waiting_per_receiver {
            return false;
        }
        if urgent {
            line.urgent.push_back(id);
        } else {
            line.others.push_back(id);
        }
        self.known.insert(id);
        self.waiting += 1;
        self.line_up(&to);
        true
    }

    /// Whose turn it is, if there is room. It is under way from now on, until it is [`Queues::ended`].
    pub(super) fn next(&mut self) -> Option<Job> {
        if self.under_way >= self.limits.at_once {
            return None;
        }
        while let Some(host) = self.ready.pop_front() {
            let turns = self.hosts.get_mut(&host)?;
            turns.is_ready = false;
            let to = turns.ready.pop_front()?;
            let line = self.lines.get_mut(&to)?;
            line.is_ready = false;
            // It may have got less room since it lined up.
            let id = if line.under_way < line.room {
                line.next()
            } else {
                None
            };
            if id.is_some() {
                line.under_way += 1;
                turns.under_way += 1;
                self.waiting -= 1;
                self.under_way += 1;
            }
            self.line_up(&to);
            self.take_turns(&host);
            if let Some(id) = id {
                return Some(Job { id, to, host });
            }
        }
        None
    }

    /// The receiver has answered, or will not any more: its next may be sent.
    pub(super) fn answered(&mut self, job: &Job, answer: Answer) {
        let Some(line) = self.lines.get_mut(&job.to) else {
            return;
        };
        line.under_way = line.under_way.saturating_sub(1);
        match answer {
            Answer::Took => line.room = (line.room * 2).min(self.limits.per_receiver.max(1)),
            Answer::Struggled => line.room = 1,
            Answer::Nothing => {}
        }
        let is_over = line.under_way == 0 && line.waiting() == 0;
        if let Some(turns) = self.hosts.get_mut(&job.host) {
            turns.under_way = turns.under_way.saturating_sub(1);
            turns.lines -= usize::from(is_over);
            if turns.lines == 0 {
                self.hosts.remove(&job.host);
            }
        }
        if is_over {
            self.lines.remove(&job.to);
        }
        self.line_up(&job.to);
        self.take_turns(&job.host);
    }

    /// What became of it is written down: it may be offered again.
    pub(super) fn ended(&mut self, id: DeliveryId) {
        if self.known.remove(&id) {
            self.under_way = self.under_way.saturating_sub(1);
        }
    }

    /// Puts a line among its host's if it may go on.
    fn line_up(&mut self, to: &Receiver) {
        let Some(line) = self.lines.get_mut(to) else {
            return;
        };
        if line.is_ready || line.waiting() == 0 || line.under_way >= line.room {
            return;
        }
        line.is_ready = true;
        let host = line.host.clone();
        self.hosts
            .entry(host.clone())
            .or_default()
            .ready
            .push_back(to.clone());
        self.take_turns(&host);
    }

    /// Puts a host among those that are ready if one of its lines may go on.
    fn take_turns(&mut self, host: &Host) {
        let room = match host {
            Host::Mail => self.limits.mails,
            Host::Web(_) => self.limits.per_host,
        };
        let Some(turns) = self.hosts.get_mut(host) else {
            return;
        };
        if turns.is_ready || turns.ready.is_empty() || turns.under_way >= room.max(1) {
            return;
        }
        turns.is_ready = true;
        self.ready.push_back(host.clone());
    }
}

impl Line {
    fn to(host: Host, room: usize) -> Self {
        Self {
            host,
            urgent: VecDeque::new(),
            others: VecDeque::new(),
            under_way: 0,
            room: room.max(1),
            is_ready: false,
        }
    }

    fn next(&mut self) -> Option<DeliveryId> {
        self.urgent.pop_front().or_else(|| self.others.pop_front())
    }

    fn waiting(&self) -> usize {
        self.urgent.len() + self.others.len()
    }
}

#[cfg(test)]
mod tests;
