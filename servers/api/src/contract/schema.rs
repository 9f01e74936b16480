//! How the domain's own types look on the wire, for the document.
//!
//! The domain knows nothing of documents, so its types are described here and named by
//! `#[schema(value_type = Time)]`. Lists of names are the domain's own, never written twice.

use std::borrow::Cow;
use std::collections::BTreeMap;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};
use veza_core::jobs::{JobStatus as DomainJobStatus, Priority};
use veza_core::kernel::Role;
use veza_core::kernel::access::MATRIX;
use veza_core::streaming::Visibility as DomainVisibility;

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

macro_rules! described {
    ($($(#[$doc:meta])* $name:ident = $build:expr;)+) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $build.into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}

described! {
    /// `veza_core::kernel::Timestamp`.
    Time = text()
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .description(Some("A point in time, RFC 3339, in UTC"))
        .examples(["2026-11-02T10:30:00.123Z"]);
    /// `veza_core::kernel::Day`.
    Date = text()
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
        .description(Some("A day in UTC, RFC 3339"))
        .examples(["2026-11-02"]);
    /// `veza_core::kernel::Role`.
    RoleName = text()
        .enum_values(Some(Role::ALL.map(Role::as_str)))
        .description(Some("A role; each has all that the ones before it may do"));
    /// `veza_core::kernel::Permission`.
    PermissionName = text()
        .enum_values(Some(MATRIX.map(|(permission, _)| permission.as_str())))
        .description(Some("What may be done"));
    /// `veza_core::streaming::Visibility`.
    Visibility = text()
        .enum_values(Some(DomainVisibility::ALL.map(DomainVisibility::as_str)))
        .description(Some("Who may see a track that is ready: everybody, or only its owner"));
    /// `veza_core::jobs::JobStatus`.
    JobStatus = text()
        .enum_values(Some(DomainJobStatus::ALL.map(DomainJobStatus::as_str)))
        .description(Some("How a job stands; a dead one failed for good and is kept"));
    /// `veza_core::jobs::Priority`.
    JobPriority = text()
        .enum_values(Some(Priority::ALL.map(Priority::as_str)))
        .description(Some("Which of the jobs that wait comes first"));
    /// `veza_core::auth::Password`.
    Password = text()
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
        .min_length(Some(12))
        .max_length(Some(128))
        .description(Some("12 to 128 characters of any kind, and none that are tried first"));
}

/// `veza_core::streaming::Loudness`.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "a description of the domain's own type")]
pub(crate) struct Loudness {
    /// Integrated loudness, in LUFS.
    #[schema(required)]
    integrated_lufs: Option<f64>,
    /// Loudness range (EBU Tech 3342), in LU.
    #[schema(required)]
    loudness_range_lu: Option<f64>,
    /// The highest true peak of all channels, in dBTP.
    #[schema(required)]
    true_peak_dbtp: Option<f64>,
    /// The highest absolute sample of all channels, in dBFS.
    #[schema(required)]
    sample_peak_dbfs: Option<f64>,
    /// The highest momentary loudness (400 ms), in LUFS.
    #[schema(required)]
    momentary_max_lufs: Option<f64>,
    /// The highest short-term loudness (3 s), in LUFS.
    #[schema(required)]
    short_term_max_lufs: Option<f64>,
}

/// `veza_core::auth::JsonWebKeySet` (RFC 7517).
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description of the domain's own type")]
pub(crate) struct KeySet {
    /// The keys, each with the members of its kind.
    keys: Vec<BTreeMap<String, String>>,
}

/// What the kit's health routes answer.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description of the kit's own answer")]
pub(crate) struct Health {
    /// `ok`.
    status: String,
}

/// What the kit's health routes answer.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description of the kit's own answer")]
pub(crate) struct Readiness {
    /// `ok`, `failed` or `stopping`.
    status: String,
    /// Each part with `ok` or `failed`.
    checks: BTreeMap<String, String>,
}
