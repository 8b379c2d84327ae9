//! A rule: for which requests it is, and whether it is for any.

use khidma_events::sla::Rule;

use super::super::PolicyDefect as Defect;
use super::{Check, limits, shadow};

impl Check<'_> {
    pub(super) fn rule(&mut self, path: &str, rule: &Rule) {
        self.name(format!("{path}.name"), &rule.name);
        let when = &rule.when;
        let field = |name: &str| format!("{path}.when.{name}");
        let lists = [
            ("offerings", when.offerings.len()),
            ("providers", when.providers.len()),
            ("requesters", when.requesters.len()),
            ("tags", when.tags.len()),
        ];
        for (name, count) in lists {
            self.at_most(field(name), count, limits::ITEMS);
        }
        for id in when.offerings.iter().take(limits::ITEMS) {
            if !self.facts.offerings.contains(id) {
                let id = id.clone();
                self.add(field("offerings"), Defect::UnknownOffering { id });
            }
        }
        for id in when.providers.iter().take(limits::ITEMS) {
            self.department(field("providers"), id);
        }
        for id in when.requesters.iter().take(limits::ITEMS) {
            self.department(field("requesters"), id);
        }
        for tag in when.tags.iter().take(limits::ITEMS) {
            self.tag(field("tags"), tag);
        }
        if rule.targets.is_empty() {
            self.add(format!("{path}.targets"), Defect::NoTargets);
        }
        for (metric, target) in &rule.targets {
            let path = format!("{path}.targets.{}", metric.as_str());
            self.target(&path, *metric, target);
        }
    }

    fn tag(&mut self, field: String, tag: &str) {
        if tag.trim().is_empty() {
            self.add(field, Defect::NameEmpty);
        } else if tag.chars().count() > limits::TAG {
            let limit = limits::TAG;
            self.add(field, Defect::TooLong { limit });
        }
    }

    /// Whether any request comes to the rule of that number.
    pub(super) fn reachable(&mut self, number: usize, rule: &Rule) {
        let providers = &self.spec.providers;
        if !shadow::has_providers(&rule.when, providers) {
            let field = format!("rules[{number}].when.providers");
            return self.add(field, Defect::ForeignProviders);
        }
        let before = self.spec.rules.iter().take(number);
        let covering = before
            .enumerate()
            .find(|(_, earlier)| shadow::covers(&earlier.when, &rule.when, providers));
        if let Some((earlier, covering)) = covering {
            let defect = Defect::Covered {
                earlier: format!("rules[{earlier}]"),
                name: covering.name.clone(),
            };
            self.add(format!("rules[{number}]"), defect);
        }
    }
}
