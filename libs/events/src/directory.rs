//! Who is who, who does what: what happens to departments, people, roles and calendars.
