//! How durations, percentages and recipients are written.

use khidma_events::sla::Recipient;

/// Reads `4h`, `90m`, `1h 30m`, `2 days`, `45s` as seconds; a day is 24 hours, a week seven days of what is counted.
///
/// # Errors
/// How it has to be written.
pub(crate) fn duration(text: &str) -> Result<u64, String> {
    let wrong = || {
        let shown: String = text.chars().take(40).collect();
        format!(
            "{shown:?} is no duration: write a whole number and its unit, as \"4h\", \"1h 30m\", \"45s\" or \"2 days\""
        )
    };
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(wrong());
    }
    let mut seconds: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, after) = rest.split_at(digits);
        let after = after.trim_start();
        let letters = after
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        if number.is_empty() {
            return Err(wrong());
        }
        let unit = unit_seconds(unit).ok_or_else(wrong)?;
        let too_long = || "that is more than any clock can count".to_owned();
        let number: u64 = number.parse().map_err(|_| too_long())?;
        let part = number.checked_mul(unit).ok_or_else(too_long)?;
        seconds = seconds.checked_add(part).ok_or_else(too_long)?;
        rest = after.trim_start();
    }
    Ok(seconds)
}

fn unit_seconds(unit: &str) -> Option<u64> {
    match unit {
        "s" | "sec" | "second" | "seconds" => Some(1),
        "m" | "min" | "minute" | "minutes" => Some(60),
        "h" | "hour" | "hours" => Some(3_600),
        "d" | "day" | "days" => Some(24 * 3_600),
        "w" | "week" | "weeks" => Some(7 * 24 * 3_600),
        _ => None,
    }
}

/// Reads `75%`.
///
/// # Errors
/// How it has to be written.
pub(crate) fn percent(text: &str) -> Result<u16, String> {
    let number = text.trim().strip_suffix('%').map(str::trim_end);
    let number = number.and_then(|number| number.parse().ok());
    number.ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        format!("{shown:?} is no percentage of the target: write \"75%\"")
    })
}

/// Reads `assignee`, `role:service-desk@it`, `person:mei` …
///
/// # Errors
/// How it has to be written.
pub(crate) fn recipient(text: &str) -> Result<Recipient, String> {
    let invalid = |error: khidma_kernel::InvalidId| error.to_string();
    match text {
        "assignee" => Ok(Recipient::Assignee),
        "manager_of_assignee" => Ok(Recipient::ManagerOfAssignee),
        "managers_of_provider" => Ok(Recipient::ManagersOfProvider),
        "provider" => Ok(Recipient::Provider),
        "requester" => Ok(Recipient::Requester),
        other => match other.split_once(':') {
            Some(("person", id)) => id.parse().map(Recipient::Person).map_err(invalid),
            Some(("role", role)) => {
                let (role, department) = match role.split_once('@') {
                    Some((role, department)) => (role, Some(department)),
                    None => (role, None),
                };
                let department = department.map(str::parse).transpose().map_err(invalid)?;
                let role = role.parse().map_err(invalid)?;
                Ok(Recipient::Role { role, department })
            }
            _ => {
                let shown: String = other.chars().take(40).collect();
                Err(format!(
                    "{shown:?} is nobody: write assignee, manager_of_assignee, managers_of_provider, provider, requester, \
                     role:ROLE, role:ROLE@DEPARTMENT or person:PERSON"
                ))
            }
        },
    }
}

/// A recipient as it is written.
pub(crate) fn shown(recipient: &Recipient) -> String {
    match recipient {
        Recipient::Assignee => "assignee".to_owned(),
        Recipient::ManagerOfAssignee => "manager_of_assignee".to_owned(),
        Recipient::ManagersOfProvider => "managers_of_provider".to_owned(),
        Recipient::Provider => "provider".to_owned(),
        Recipient::Requester => "requester".to_owned(),
        Recipient::Role {
            role,
            department: None,
        } => format!("role:{role}"),
        Recipient::Role {
            role,
            department: Some(department),
        } => format!("role:{role}@{department}"),
        Recipient::Person(person) => format!("person:{person}"),
    }
}
