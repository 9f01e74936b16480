//! What no store keeps.

use serde_json::Value;

use crate::kernel::text::{holds_nul, json_holds_nul};
use crate::kernel::{PortError, PortErrorKind};

/// Refuses texts with U+0000.
pub(crate) fn storable<'a>(
    op: &'static str,
    texts: impl IntoIterator<Item = &'a str>,
) -> Result<(), PortError> {
    refused_if(texts.into_iter().any(holds_nul), op)
}

/// Refuses JSON in which a text has U+0000.
pub(super) fn storable_json(op: &'static str, json: &Value) -> Result<(), PortError> {
    refused_if(json_holds_nul(json), op)
}

fn refused_if(unstorable: bool, op: &'static str) -> Result<(), PortError> {
    if unstorable {
        return Err(PortError::new(PortErrorKind::Unstorable, op));
    }
    Ok(())
}
