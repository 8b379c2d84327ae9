//! The texts of one language in one version, read and ready.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

use crate::audit;
use crate::error::TextError;
use crate::moments::Moments;
use crate::numbers;

/// The texts of one language in one version.
pub(crate) struct Catalogue {
    /// The language, one of `LANGUAGES`.
    pub(crate) language: &'static str,
    /// Writes its instants.
    pub(crate) moments: Moments,
    bundle: FluentBundle<FluentResource>,
}

impl Catalogue {
    /// Reads `source`, a Fluent file.
    ///
    /// # Errors
    /// All that is wrong with it: what is missing, what nobody uses, what it speaks of and no message has.
    pub(crate) fn read(language: &'static str, source: &str) -> Result<Self, TextError> {
        let broken = |problems: Vec<String>| TextError::Broken {
            language: language.into(),
            problems: problems.join("; "),
        };
        let resource = FluentResource::try_new(source.to_owned())
            .map_err(|(_, errors)| broken(errors.iter().map(ToString::to_string).collect()))?;
        let problems = audit::problems(language, resource.entries());
        if !problems.is_empty() {
            return Err(broken(problems));
        }
        let tag = language
            .parse()
            .map_err(|_| broken(vec!["no such language".into()]))?;
        let moments = Moments::of(language)
            .ok_or_else(|| broken(vec!["there is nothing to write its dates by".into()]))?;
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        bundle.set_formatter(Some(numbers::write));
        bundle
            .add_resource(resource)
            .map_err(|errors| broken(errors.iter().map(ToString::to_string).collect()))?;
        Ok(Self {
            language,
            moments,
            bundle,
        })
    }

    /// What stands under `key`, or under one of its attributes.
    ///
    /// # Errors
    /// The audit has seen to it that there are none, as long as `args` has what the key speaks of.
    pub(crate) fn say(
        &self,
        key: &str,
        attribute: Option<&str>,
        args: &FluentArgs<'_>,
    ) -> Result<String, TextError> {
        let message = self.bundle.get_message(key);
        let pattern = message.and_then(|message| match attribute {
            Some(name) => message.get_attribute(name).map(|found| found.value()),
            None => message.value(),
        });
        let Some(pattern) = pattern else {
            return Err(self.broken(format!("{key} is missing")));
        };
        let mut errors = Vec::new();
        let said = self
            .bundle
            .format_pattern(pattern, Some(args), &mut errors)
            .into_owned();
        match errors.first() {
            Some(error) => Err(self.broken(format!("{key}: {error}"))),
            None => Ok(said),
        }
    }

    fn broken(&self, problems: String) -> TextError {
        let language = self.language.into();
        TextError::Broken { language, problems }
    }
}
