//! What can go wrong everywhere, added to every operation by its form.

use utoipa::PartialSchema as _;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Required, Response};
use veza_server_kit::problem::{FieldProblem, ProblemDocument};

use utoipa::ToSchema as _;

use crate::once::heeds_key;

/// The media type of problem documents (RFC 9457).
const PROBLEM: &str = "application/problem+json";

/// A problem that any operation of a certain form can answer.
struct Common {
    /// Its name among the components.
    name: &'static str,
    status: &'static str,
    description: &'static str,
    /// Whether an operation can answer it.
    applies: fn(&Form) -> bool,
}

/// What of an operation decides what can go wrong with it.
struct Form {
    takes_token: bool,
    needs_token: bool,
    has_body: bool,
    has_path: bool,
    has_query: bool,
    has_header: bool,
    takes_key: bool,
    takes_if_match: bool,
    needs_if_match: bool,
    is_limited: bool,
}

const COMMON: [Common; 13] = [
    Common {
        name: "BadRequest",
        status: "400",
        description: "The request cannot be read: the body is not what it should be, a query \
                      parameter, a header or a cursor is not what it should be",
        applies: |form| form.has_body || form.has_query || form.has_header || form.takes_key,
    },
    Common {
        name: "Unauthorized",
        status: "401",
        description: "The access token is missing, has expired, was revoked or is not ours",
        applies: |form| form.takes_token,
    },
    Common {
        name: "Forbidden",
        status: "403",
        description: "Whoever asks may not do this",
        applies: |form| form.needs_token,
    },
    Common {
        name: "NotFound",
        status: "404",
        description: "There is no such thing, or whoever asks may not know of it",
        applies: |form| form.has_path,
    },
    Common {
        name: "TooSlow",
        status: "408",
        description: "The body came too slowly",
        applies: |form| form.has_body,
    },
    Common {
        name: "KeyConflict",
        status: "409",
        description: "Another request with this `Idempotency-Key` is being worked on, or it took \
                      effect and its answer was lost",
        applies: |form| form.takes_key,
    },
    Common {
        name: "Stale",
        status: "412",
        description: "It has changed since: `If-Match` names another state",
        applies: |form| form.takes_if_match,
    },
    Common {
        name: "IfMatchRequired",
        status: "428",
        description: "`If-Match` is missing",
        applies: |form| form.needs_if_match,
    },
    Common {
        name: "TooLarge",
        status: "413",
        description: "The body is larger than what is taken",
        applies: |form| form.has_body,
    },
    Common {
        name: "UnsupportedMediaType",
        status: "415",
        description: "The body is of another content type than what is taken",
        applies: |form| form.has_body,
    },
    Common {
        name: "Invalid",
        status: "422",
        description: "Some fields cannot be taken; `errors` names them",
        applies: |form| form.has_body || form.takes_key,
    },
    Common {
        name: "TooManyRequests",
        status: "429",
        description: "Too many requests; `Retry-After` tells when to come back",
        applies: |form| form.is_limited,
    },
    Common {
        name: "Unavailable",
        status: "503",
        description: "A part of the service does not answer; `Retry-After` tells when to try again",
        applies: |form| form.is_limited,
    },
];

/// Adds to each operation the problems of its form, and the shape of a problem document to those
/// it describes in words alone.
pub(crate) fn complete(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for (name, schema) in [
        (ProblemDocument::name(), ProblemDocument::schema()),
        (FieldProblem::name(), FieldProblem::schema()),
    ] {
        components.schemas.insert(name.into_owned(), schema);
    }
    for common in &COMMON {
        let mut response = problem(common.description);
        if matches!(common.status, "429" | "503") {
            response.headers.insert(
                "Retry-After".into(),
                header("Seconds until another try makes sense"),
            );
        }
        if common.status == "401" {
            response.headers.insert(
                "WWW-Authenticate".into(),
                header("The scheme that is wanted (RFC 6750)"),
            );
        }
        components
            .responses
            .insert(common.name.into(), response.into());
    }
    for (path, item) in &mut document.paths.paths {
        if let Some(operation) = &mut item.post {
            complete_operation(path, true, operation);
        }
        let others = [
            &mut item.get,
            &mut item.put,
            &mut item.delete,
            &mut item.patch,
        ];
        for operation in others.into_iter().flatten() {
            complete_operation(path, false, operation);
        }
    }
}

fn complete_operation(path: &str, is_post: bool, operation: &mut Operation) {
    super::headers::describe(operation);
    let form = Form::of(path, is_post, operation);
    if form.takes_key {
        operation.parameters.get_or_insert_default().push(key());
    }
    let responses = &mut operation.responses.responses;
    for (status, response) in responses.iter_mut() {
        if let RefOr::T(response) = response
            && (status.starts_with('4') || status.starts_with('5'))
            && response.content.is_empty()
        {
            response.content = problem("").content;
        }
    }
    for common in COMMON.iter().filter(|common| (common.applies)(&form)) {
        responses
            .entry(common.status.into())
            .or_insert_with(|| Ref::from_response_name(common.name).into());
    }
}

impl Form {
    fn of(path: &str, is_post: bool, operation: &Operation) -> Self {
        let has = |place: &ParameterIn| {
            let mut parameters = operation.parameters.iter().flatten();
            parameters.any(|parameter| match parameter {
                RefOr::T(parameter) => parameter.parameter_in == *place,
                RefOr::Ref(_) => false,
            })
        };
        let if_match =
            operation
                .parameters
                .iter()
                .flatten()
                .find_map(|parameter| match parameter {
                    RefOr::T(parameter) if parameter.name == "If-Match" => {
                        Some(&parameter.required)
                    }
                    _ => None,
                });
        let security = operation.security.as_deref().unwrap_or_default();
        let open = security.contains(&SecurityRequirement::default());
        let takes_token = security
            .iter()
            .any(|requirement| *requirement != SecurityRequirement::default());
        Self {
            takes_token,
            needs_token: takes_token && !open,
            has_body: operation.request_body.is_some(),
            has_path: has(&ParameterIn::Path),
            has_query: has(&ParameterIn::Query),
            has_header: has(&ParameterIn::Header),
            takes_key: takes_token && !open && is_post && heeds_key(path),
            takes_if_match: if_match.is_some(),
            needs_if_match: if_match == Some(&Required::True),
            is_limited: path.starts_with("/api/"),
        }
    }
}

/// The key that a `POST` of somebody known may carry.
fn key() -> RefOr<Parameter> {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(255))
        .pattern(Some(r##"^([!#-~]+|"[!#-~]+")$"##));
    Parameter::builder()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "A key of the client's choice. However often the request is sent with it within 24 \
             hours, it takes effect once, and is answered the same",
        ))
        .schema(Some(text))
        .build()
        .into()
}

fn problem(description: &str) -> Response {
    let content = Content::new(Some(Ref::from_schema_name(ProblemDocument::name())));
    Response::builder()
        .description(description)
        .content(PROBLEM, content)
        .build()
}

fn header(description: &str) -> RefOr<Header> {
    Header::builder()
        .schema(Some(String::schema()))
        .description(Some(description))
        .build()
        .into()
}
