//! The file as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// The columns.
pub(super) const ROLES: [&str; 11] = [
    "anonymous",
    "guest",
    "user",
    "premium",
    "creator",
    "moderator",
    "admin",
    "owner",
    "other",
    "banned",
    "service",
];

/// A further column of calls between services: one whose token names every call but this.
pub(super) const OTHER_SERVICE: &str = "other service";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Policy {
    sets: BTreeMap<String, Vec<String>>,
    operation: Vec<Operation>,
    rpc: Vec<Call>,
}

/// A call of another service, on a kind of thing: `unauthenticated` and `forbidden` are the codes of these names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Call {
    /// `/veza.tracks.v1.Tracks/GetTrack`.
    pub(super) call: String,
    /// The thing whose id the message names.
    pub(super) on: Option<String>,
    #[serde(default)]
    allowed: Vec<String>,
    #[serde(default)]
    unauthenticated: Vec<String>,
    #[serde(default)]
    forbidden: Vec<String>,
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

/// The class of the one list that names the role.
fn class_of(role: &str, lists: &[(Class, &Vec<String>)], line: &str) -> Class {
    let has = |list: &Vec<String>| list.iter().any(|name| name == role);
    let mut classes = lists.iter().filter(|(_, list)| has(list));
    let (Some((class, _)), None) = (classes.next(), classes.next()) else {
        panic!("{role} has to be in one list of {line}");
    };
    *class
}

impl Operation {
    pub(super) fn class_of(&self, role: &str) -> Class {
        let lists = [
            (Class::Allowed, &self.allowed),
            (Class::Unauthenticated, &self.unauthenticated),
            (Class::Forbidden, &self.forbidden),
            (Class::Hidden, &self.hidden),
        ];
        class_of(role, &lists, &self.call)
    }
}

impl Call {
    pub(super) fn class_of(&self, role: &str) -> Class {
        let lists = [
            (Class::Allowed, &self.allowed),
            (Class::Unauthenticated, &self.unauthenticated),
            (Class::Forbidden, &self.forbidden),
        ];
        class_of(role, &lists, &self.call)
    }
}

/// The calls of other services, with the names of sets replaced by the roles in them.
pub(super) fn calls() -> Vec<Call> {
    let Policy { sets, rpc, .. } = parse();
    let expand = |list: Vec<String>| expand(&sets, &list);
    rpc.into_iter()
        .map(|call| Call {
            call: call.call,
            on: call.on,
            allowed: expand(call.allowed),
            unauthenticated: expand(call.unauthenticated),
            forbidden: expand(call.forbidden),
        })
        .collect()
}

fn parse() -> Policy {
    toml::from_str(include_str!("../../../policy.toml")).unwrap()
}

fn expand(sets: &BTreeMap<String, Vec<String>>, list: &[String]) -> Vec<String> {
    // A set may name others.
    let one = |name: &String| match sets.get(name) {
        Some(set) => expand(sets, set),
        None => vec![name.clone()],
    };
    let roles: Vec<String> = list.iter().flat_map(one).collect();
    let known = |role: &str| ROLES.contains(&role) || role == OTHER_SERVICE;
    for role in &roles {
        assert!(known(role), "{role} is no role");
    }
    roles
}

/// The operations, with the names of sets replaced by the roles in them.
pub(super) fn read() -> Vec<Operation> {
    let policy = parse();
    let mut operations = policy.operation;
    for operation in &mut operations {
        for list in [
            &mut operation.allowed,
            &mut operation.unauthenticated,
            &mut operation.forbidden,
            &mut operation.hidden,
        ] {
            *list = expand(&policy.sets, list);
        }
    }
    operations
}
