//! What holds for every plan, in whatever order its tasks end and the news of that comes.

use std::collections::{HashMap, HashSet};

use crate::plans::{key, parent, plan, task};
use crate::support::*;
use khidma_events::requests::*;
use khidma_kernel::{Caller, Command, Decider, Recorded, ServiceRequestId, TaskKey};
use khidma_requests_domain::{Body, NoteTasks, Request, RequestDecider, TaskNews, TaskNote};
use proptest::prelude::*;

/// Chance that can be repeated.
struct Chance(u64);

impl Chance {
    /// A number below `limit`.
    fn below(&mut self, limit: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % limit.max(1) as u64).unwrap()
    }
}

/// A request with a plan, the requests of its tasks, and news on the way.
struct World {
    chance: Chance,
    request: Option<Request>,
    /// Where the requests of tasks are.
    children: HashMap<ServiceRequestId, (TaskKey, TaskState)>,
    news: Vec<TaskNote>,
    attempts: HashMap<TaskKey, HashSet<ServiceRequestId>>,
}

impl World {
    fn new(tasks: usize, seed: u64) -> Self {
        let mut world = Self {
            chance: Chance(seed),
            request: None,
            children: HashMap::new(),
            news: vec![],
            attempts: HashMap::new(),
        };
        world.ask(amina(), Body::Submit(asked()));
        let planned = (0..tasks)
            .map(|n| {
                let needs = world.chance.below(4).min(n);
                let needs: Vec<_> = (0..needs)
                    .map(|_| format!("t{}", world.chance.below(n)))
                    .collect();
                task(&format!("t{n}"), &needs.join(" "))
            })
            .collect();
        world.ask(daniel(), plan(planned));
        world
    }

    fn request(&self) -> &Request {
        self.request.as_ref().unwrap()
    }

    /// Asks the request for something; what is refused changes nothing.
    fn ask(&mut self, by: Caller, body: Body) {
        let (at, actor) = (due(), by.actor.clone());
        let retried = matches!(body, Body::RetryTask { .. });
        let Ok(events) = RequestDecider::decide(&self.request, &Command { at, by, body }) else {
            return;
        };
        for event in events {
            if let RequestEvent::TasksBegun(begun) = &event {
                begun
                    .tasks
                    .iter()
                    .for_each(|begun| self.begin(begun, retried));
            }
            let recorded = Recorded {
                id: uuid::Uuid::nil(),
                at,
                by: actor.clone(),
                event,
            };
            RequestDecider::evolve(&mut self.request, &recorded);
        }
    }

    fn begin(&mut self, begun: &TaskBegun, retried: bool) {
        let request = self.request();
        let (_, task) = request.task(&begun.task).unwrap();
        let settled = |need: &u32| {
            let state = request.tasks[*need as usize].state;
            matches!(state, TaskState::Done | TaskState::Dropped)
        };
        let before = match retried {
            true => matches!(task.state, TaskState::Declined | TaskState::Refused),
            false => task.state == TaskState::Planned && task.attempts == 0,
        };
        assert!(before, "{task:?} began from there");
        assert!(task.needs.iter().all(settled), "{task:?} began too early");
        let attempts = self.attempts.entry(begun.task.clone()).or_default();
        assert!(attempts.insert(begun.request), "{begun:?} began twice");
        let child = (begun.task.clone(), TaskState::Begun);
        let before = self.children.insert(begun.request, child);
        assert_eq!(before, None, "two tasks became one request");
    }

    /// The request of some task moves on, and says so once or several times.
    fn child_moves(&mut self) {
        let some = self.some(|state| !matches!(state, TaskState::Planned | TaskState::Dropped));
        let Some((task, child)) = some else { return };
        let dice = self.chance.below(100);
        let (_, state) = self.children.get_mut(&child).unwrap();
        let news = match (*state, dice) {
            (TaskState::Begun, 0..5) => TaskState::Declined,
            (TaskState::Begun, 5..8) => TaskState::Refused,
            (TaskState::Begun, _) => TaskState::Done,
            (TaskState::Done, 0..5) => TaskState::Begun,
            _ => return,
        };
        *state = news;
        let note = note(&task, child, news);
        for _ in 0..=self.chance.below(3) {
            self.news.push(note.clone());
        }
    }

    /// Some task of the plan in such a state, and its request.
    fn some(&mut self, fits: impl Fn(TaskState) -> bool) -> Option<(TaskKey, ServiceRequestId)> {
        let found: Vec<_> = self
            .request()
            .tasks
            .iter()
            .filter(|task| fits(task.state))
            .filter_map(|task| Some((task.key.clone(), task.request?)))
            .collect();
        let chosen = self.chance.below(found.len());
        found.into_iter().nth(chosen)
    }

    fn news_comes(&mut self) {
        let mut notes = vec![];
        for _ in 0..=self.chance.below(3) {
            if !self.news.is_empty() {
                let chosen = self.chance.below(self.news.len());
                notes.push(self.news.swap_remove(chosen));
            }
        }
        self.tell(notes);
    }

    fn tell(&mut self, notes: Vec<TaskNote>) {
        let id = parent();
        let body = Body::NoteTasks(NoteTasks { id, notes });
        self.ask(Caller::service("requests"), body);
    }

    fn coordinator_acts(&mut self) {
        let id = parent();
        let failed = |state| matches!(state, TaskState::Declined | TaskState::Refused);
        if let Some((task, _)) = self.some(failed).filter(|_| self.chance.below(2) == 0) {
            return self.ask(daniel(), Body::RetryTask { id, task });
        }
        let task = key(&format!(
            "t{}",
            self.chance.below(self.request().tasks.len())
        ));
        if self.chance.below(20) == 0 {
            let reason = "Not needed".into();
            self.ask(daniel(), Body::DropTask { id, task, reason });
        }
    }

    /// What is true is told until nothing is new, and all that is under way is done.
    fn come_to_rest(&mut self) {
        loop {
            let mut notes = vec![];
            for task in &self.request.as_ref().unwrap().tasks {
                let Some(child) = task.request else { continue };
                let (_, state) = self.children.get_mut(&child).unwrap();
                if *state == TaskState::Begun {
                    *state = TaskState::Done;
                }
                if *state != task.state {
                    notes.push(note(&task.key, child, *state));
                }
            }
            let before = self.request.clone();
            self.tell(notes);
            if self.request == before {
                return;
            }
        }
    }

    fn nothing_is_stuck(&self) {
        let tasks = &self.request().tasks;
        for task in tasks {
            let states = task.needs.iter().map(|need| tasks[*need as usize].state);
            let mut open = states.filter(|s| !matches!(s, TaskState::Done | TaskState::Dropped));
            match task.state {
                TaskState::Begun => panic!("{task:?} never ended"),
                TaskState::Planned => assert!(open.next().is_some(), "{task:?} never began"),
                TaskState::Done | TaskState::Dropped | TaskState::Declined | TaskState::Refused => {
                }
            }
            let attempts = self.attempts.get(&task.key).map_or(0, HashSet::len);
            assert_eq!(attempts, task.attempts as usize, "{task:?}");
        }
    }
}

fn note(task: &TaskKey, child: ServiceRequestId, state: TaskState) -> TaskNote {
    let news = match state {
        TaskState::Refused => TaskNews::Refused {
            code: "NO".into(),
            reason: "No".into(),
        },
        state => TaskNews::Progressed {
            state,
            reason: None,
        },
    };
    TaskNote {
        task: task.clone(),
        child,
        news,
    }
}

fn live(tasks: usize, seed: u64) {
    let mut world = World::new(tasks, seed);
    for _ in 0..tasks * 2 {
        match world.chance.below(5) {
            0 | 1 => world.child_moves(),
            2 | 3 => world.news_comes(),
            _ => world.coordinator_acts(),
        }
    }
    world.come_to_rest();
    world.nothing_is_stuck();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn every_task_begins_once_an_attempt_and_after_its_needs(tasks in 1_usize..40, seed: u64) {
        live(tasks, seed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 0, ..ProptestConfig::with_cases(4) })]
    #[test]
    fn so_it_is_with_a_thousand_tasks(tasks in 500_usize..=1000, seed: u64) {
        live(tasks, seed);
    }
}
