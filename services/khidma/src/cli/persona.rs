//! Whom to ask as.

/// A person to ask as: `amina`, `amina@hr`, `amina@hr:manager,admin`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Persona {
    /// The person's id.
    pub person: String,
    /// Their department, where it was said.
    pub department: Option<String>,
    /// Their roles.
    pub roles: Vec<String>,
}

impl std::str::FromStr for Persona {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (person, rest) = text
            .split_once('@')
            .map_or((text, None), |(person, rest)| (person, Some(rest)));
        if person.is_empty() {
            return Err(
                "write PERSON, PERSON@DEPARTMENT or PERSON@DEPARTMENT:ROLE,ROLE".to_owned(),
            );
        }
        let (department, roles) = match rest.map(|rest| rest.split_once(':').unwrap_or((rest, "")))
        {
            Some(("", _)) => return Err("there is no department after the @".to_owned()),
            Some((department, roles)) => (Some(department.to_owned()), roles),
            None => (None, ""),
        };
        let roles = roles
            .split(',')
            .filter(|role| !role.is_empty())
            .map(str::to_owned)
            .collect();
        Ok(Self {
            person: person.to_owned(),
            department,
            roles,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_persona_says_as_much_as_is_needed() {
        let persona: Persona = "amina@hr:manager,admin".parse().unwrap();
        assert_eq!(
            (persona.person.as_str(), persona.department.as_deref()),
            ("amina", Some("hr"))
        );
        assert_eq!(persona.roles, ["manager", "admin"]);
        assert_eq!("amina".parse::<Persona>().unwrap().department, None);
        assert!("@hr".parse::<Persona>().is_err());
        assert!("amina@".parse::<Persona>().is_err());
    }
}
