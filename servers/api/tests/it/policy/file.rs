//! The file as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// The columns.
pub(super) const ROLES: [&str; 9] = [
    "anonymous",
    "guest",
    "user",
    "premium",
    "creator",
    "moderator",
    "admin",
    "owner",
    "other",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Policy {
    sets: BTreeMap<String, Vec<String>>,
    operation: Vec<Operation>,
}

/// One line: an operation on a kind of thing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Operation {
    /// `GET /api/v1/tracks/{id}`.
    pub(super) call: String,
    pub(super) on: Option<String>,
    /// What follows the `?`.
    pub(super) query: Option<String>,
    pub(super) body: Option<Value>,
    /// Whether it takes an upload.
    #[serde(default)]
    pub(super) form: bool,
    /// Further headers.
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    #[serde(default)]
    allowed: Vec<String>,
    #[serde(default)]
    unauthenticated: Vec<String>,
    #[serde(default)]
    forbidden: Vec<String>,
    #[serde(default)]
    hidden: Vec<String>,
}

/// What a role gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Allowed,
    Unauthenticated,
    Forbidden,
    Hidden,
}

impl Class {
    pub(super) fn of(status: u16) -> Self {
        match status {
            401 => Self::Unauthenticated,
            403 => Self::Forbidden,
            404 => Self::Hidden,
            _ => Self::Allowed,
        }
    }
}

impl Operation {
    pub(super) fn class_of(&self, role: &str) -> Class {
        let lists = self.lists();
        let has = |list: &Vec<String>| list.iter().any(|name| name == role);
        let mut classes = lists.into_iter().filter(|(_, list)| has(list));
        let (Some((class, _)), None) = (classes.next(), classes.next()) else {
            panic!("{role} has to be in one list of {self:?}");
        };
        class
    }

    fn lists(&self) -> [(Class, &Vec<String>); 4] {
        [
            (Class::Allowed, &self.allowed),
            (Class::Unauthenticated, &self.unauthenticated),
            (Class::Forbidden, &self.forbidden),
            (Class::Hidden, &self.hidden),
        ]
    }
}

/// The operations, with the names of sets replaced by the roles in them.
pub(super) fn read() -> Vec<Operation> {
    let policy: Policy = toml::from_str(include_str!("../../../policy.toml")).unwrap();
    let mut operations = policy.operation;
    for operation in &mut operations {
        for list in [
            &mut operation.allowed,
            &mut operation.unauthenticated,
            &mut operation.forbidden,
            &mut operation.hidden,
        ] {
            *list = list
                .iter()
                .flat_map(|name| policy.sets.get(name).cloned().unwrap_or(vec![name.clone()]))
                .collect();
            for role in &*list {
                assert!(ROLES.contains(&&**role), "{role} is no role");
            }
        }
    }
    operations
}
