//! Boxes of ISO/IEC 14496-12.

use crate::decode::bytes::{Bytes, Fields};
use crate::{Error, Result};

/// A box within a larger one that is in memory: its type and its body.
pub(super) type Child<'a> = ([u8; 4], &'a [u8]);

/// The boxes in `body`, as far as they are whole.
pub(super) fn children(body: &[u8]) -> impl Iterator<Item = Child<'_>> {
    let mut fields = Fields::new(body);
    std::iter::from_fn(move || {
        let size = fields.u32_be()?;
        let kind = fields.array()?;
        let body = match size {
            0 => fields.take(fields.rest().len()),
            1 => {
                let size = fields.u64_be()?.checked_sub(16)?;
                fields.take(usize::try_from(size).ok()?)
            }
            _ => fields.take(size.checked_sub(8)? as usize),
        };
        Some((kind, body?))
    })
}

/// The first box of a kind in `body`.
pub(super) fn child<'a>(body: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    children(body)
        .find(|(found, _)| found == kind)
        .map(|(_, body)| body)
}

/// The box at the end of a path, each step being the first of its kind.
pub(super) fn descend<'a>(body: &'a [u8], path: &[&[u8; 4]]) -> Option<&'a [u8]> {
    path.iter().try_fold(body, |body, kind| child(body, kind))
}

/// The head of a box at the top of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct TopBox {
    pub(super) kind: [u8; 4],
    /// Its first byte, with the head.
    pub(super) start: u64,
    /// The byte after it, at most the file's length.
    pub(super) end: u64,
}

/// Reads the head of a box at byte `at`, and leaves the input at its body; `None` at the end.
pub(super) fn top_box(bytes: &mut Bytes, at: u64) -> Result<Option<TopBox>> {
    bytes.seek(at)?;
    let Some([a, b, c, d, kind @ ..]) = bytes.array::<8>()? else {
        return Ok(None);
    };
    let (size, least) = match u32::from_be_bytes([a, b, c, d]) {
        0 => (bytes.len() - at, 8),
        1 => match bytes.array()? {
            Some(size) => (u64::from_be_bytes(size), 16),
            None => return Ok(None),
        },
        size => (u64::from(size), 8),
    };
    if size < least {
        let what = format!("an MP4 box states {size} bytes, less than its own head");
        return Err(Error::malformed_at(what, at));
    }
    let end = at.saturating_add(size).min(bytes.len());
    Ok(Some(TopBox {
        kind,
        start: at,
        end,
    }))
}
