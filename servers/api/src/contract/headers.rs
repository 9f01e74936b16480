//! Headers whose form is the same wherever they are taken.

use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{ObjectBuilder, RefOr, Type};

/// Entity tags with commas between them, or `*` (RFC 9110, sections 8.8.3, 13.1.1 and 13.1.2); of
/// none at all nothing matches.
const ENTITY_TAGS: &str = r#"^(\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*"){0,31})?$"#;

/// Says what conditional requests hold: of a text alone nobody would know which are read.
pub(super) fn describe(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && parameter.parameter_in == ParameterIn::Header
            && ["If-Match", "If-None-Match"].contains(&&*parameter.name)
        {
            let tags = ObjectBuilder::new()
                .schema_type(Type::String)
                .pattern(Some(ENTITY_TAGS));
            parameter.schema = Some(tags.into());
        }
    }
}
