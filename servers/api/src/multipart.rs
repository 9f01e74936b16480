//! `multipart/form-data` (RFC 7578), read as it comes, with every part of it bounded.
//!
//! Heads of parts, text fields and the window in which a boundary is looked for all have their
//! limits, so that no form can grow the memory; a file is handed on block by block.

use std::future::poll_fn;
use std::pin::Pin;

use axum::body::Body;
use axum::extract::Request;
use bytes::{Buf, Bytes, BytesMut};
use http::{StatusCode, header};
use http_body::Body as _;
use sha2::{Digest as _, Sha256};
use veza_server_kit::Problem;
use veza_server_kit::json::{body_problem, linger};

/// The largest head of a part, in bytes.
const MAX_PART_HEAD: usize = 4 * 1024;
/// The most text before the first boundary, in bytes.
const MAX_PREAMBLE: usize = 4 * 1024;

/// A form that is being read.
pub(crate) struct Multipart {
    body: Body,
    /// What has come and has not been given on.
    buffer: BytesMut,
    /// `\r\n--` and the boundary.
    delimiter: Vec<u8>,
    ended: bool,
    /// Bytes that may still come.
    left: u64,
    max: u64,
    state: State,
    /// Of what was read, when somebody wants to know it again.
    hasher: Option<Hasher>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    BeforeFirst,
    InPart,
    AtDelimiter,
    Done,
}

/// The head of a part.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The name of the form's field.
    pub(crate) name: String,
    /// The name that the file had where it comes from; only ever shown, never a path.
    pub(crate) file_name: Option<String>,
}

/// What the parts of a form hold, whatever its boundary and however it is cut into blocks.
#[derive(Default)]
struct Hasher {
    all: Sha256,
    /// The content of the present part. It goes into the whole as its hash, so that no content
    /// can pass for the head of another part.
    part: Sha256,
}

impl Hasher {
    fn take_head(&mut self, part: &Part) {
        let file_name = part.file_name.as_deref();
        for name in [Some(part.name.as_str()), file_name] {
            let bytes = name.unwrap_or_default().as_bytes();
            self.all.update([u8::from(name.is_some())]);
            self.all.update((bytes.len() as u64).to_be_bytes());
            self.all.update(bytes);
        }
    }

    /// A block of the content, or its end.
    fn take_block(&mut self, block: Option<&[u8]>) {
        match block {
            Some(block) => self.part.update(block),
            None => self.all.update(self.part.finalize_reset()),
        }
    }
}

impl Multipart {
    /// Begins to read the form in `request`, of at most `max` bytes.
    ///
    /// # Errors
    /// 415 for another content type, 413 when the stated length is over `max`.
    pub(crate) fn new(request: Request, max: u64) -> Result<Self, Problem> {
        let boundary = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(boundary)
            .ok_or_else(|| {
                Problem::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "request.content_type",
                    "the body has to be multipart/form-data with a boundary",
                )
            })?;
        let expects_continue = request.headers().contains_key(header::EXPECT);
        let body = request.into_body();
        if body.size_hint().lower() > max {
            if !expects_continue {
                linger(body);
            }
            return Err(Problem::too_large(max));
        }
        Ok(Self {
            body,
            // The first boundary may be the very first line: as if a line had ended before it.
            buffer: BytesMut::from(&b"\r\n"[..]),
            delimiter: format!("\r\n--{boundary}").into_bytes(),
            ended: false,
            left: max,
            max,
            state: State::BeforeFirst,
            hasher: None,
        })
    }

    /// The same, with a [fingerprint](Self::fingerprint) of what is read.
    #[must_use]
    pub(crate) fn fingerprinted(mut self) -> Self {
        self.hasher = Some(Hasher::default());
        self
    }

    /// A SHA-256 of the names and contents of the parts that were read, whatever their boundary;
    /// none of a form that is not [fingerprinted](Self::fingerprinted).
    pub(crate) fn fingerprint(&mut self) -> Option<[u8; 32]> {
        self.hasher
            .take()
            .map(|hasher| hasher.all.finalize().into())
    }

    /// The next part, after what is left of the one before; `None` after the last.
    ///
    /// # Errors
    /// 400 for what is no such form, 408 when it comes too slowly, 413 over the limit.
    pub(crate) async fn next_part(&mut self) -> Result<Option<Part>, Problem> {
        let mut preamble = 0;
        while matches!(self.state, State::BeforeFirst | State::InPart) {
            let before = self.state;
            if let Some(skipped) = self.next_block().await?
                && before == State::BeforeFirst
            {
                preamble += skipped.len();
                if preamble > MAX_PREAMBLE {
                    return Err(broken("it does not begin with its boundary"));
                }
            }
        }
        if self.state == State::Done {
            return Ok(None);
        }
        // After the boundary: the end of the form, or the end of the line.
        self.fill_to(2).await?;
        if self.buffer.starts_with(b"--") {
            self.state = State::Done;
            return Ok(None);
        }
        if !self.buffer.starts_with(b"\r\n") {
            return Err(broken("a boundary is not alone on its line"));
        }
        let part = self.part_head().await?;
        self.state = State::InPart;
        if let Some(hasher) = &mut self.hasher {
            hasher.take_head(&part);
        }
        Ok(Some(part))
    }

    /// The next bytes of the part that was begun last; `None` at its end.
    ///
    /// # Errors
    /// Those of [`next_part`](Self::next_part).
    pub(crate) async fn next_block(&mut self) -> Result<Option<Bytes>, Problem> {
        if !matches!(self.state, State::InPart | State::BeforeFirst) {
            return Ok(None);
        }
        let in_part = self.state == State::InPart;
        let block = self.block().await?;
        if let Some(hasher) = self.hasher.as_mut().filter(|_| in_part) {
            hasher.take_block(block.as_deref());
        }
        Ok(block)
    }

    async fn block(&mut self) -> Result<Option<Bytes>, Problem> {
        loop {
            if let Some(at) = find(&self.buffer, &self.delimiter) {
                if at > 0 {
                    return Ok(Some(self.buffer.split_to(at).freeze()));
                }
                self.buffer.advance(self.delimiter.len());
                self.state = State::AtDelimiter;
                return Ok(None);
            }
            // All but what may be the beginning of a boundary can go.
            let safe = self.buffer.len().saturating_sub(self.delimiter.len() - 1);
            if safe > 0 {
                return Ok(Some(self.buffer.split_to(safe).freeze()));
            }
            self.read_more().await?;
        }
    }

    /// Throws away what is left, so that the answer reaches a client which still sends.
    pub(crate) fn linger(self) {
        if !self.ended {
            linger(self.body);
        }
    }

    /// The rest of the part as text of at most `max` bytes.
    ///
    /// # Errors
    /// 422 with the field's name when it is longer or no UTF-8; else as for the blocks.
    pub(crate) async fn text(&mut self, field: &str, max: usize) -> Result<String, Problem> {
        let mut bytes = Vec::new();
        while let Some(block) = self.next_block().await? {
            if bytes.len() + block.len() > max {
                return Err(Problem::field(field, format!("is longer than {max} bytes")));
            }
            bytes.extend_from_slice(&block);
        }
        String::from_utf8(bytes).map_err(|_| Problem::field(field, "is not text in UTF-8"))
    }

    async fn part_head(&mut self) -> Result<Part, Problem> {
        let length = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at;
            }
            if self.buffer.len() > MAX_PART_HEAD {
                return Err(broken("the head of a part is too long"));
            }
            self.read_more().await?;
        };
        if length > MAX_PART_HEAD {
            return Err(broken("the head of a part is too long"));
        }
        let head = self.buffer.split_to(length);
        self.buffer.advance(4);
        parse_head(&head)
    }

    async fn fill_to(&mut self, bytes: usize) -> Result<(), Problem> {
        while self.buffer.len() < bytes {
            self.read_more().await?;
        }
        Ok(())
    }

    async fn read_more(&mut self) -> Result<(), Problem> {
        if self.ended {
            return Err(broken("it ends in the middle"));
        }
        match poll_fn(|cx| Pin::new(&mut self.body).poll_frame(cx)).await {
            None => self.ended = true,
            Some(Err(error)) => return Err(body_problem(&error)),
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    let length = data.len() as u64;
                    self.left = self
                        .left
                        .checked_sub(length)
                        .ok_or_else(|| Problem::too_large(self.max))?;
                    self.buffer.extend_from_slice(&data);
                }
            }
        }
        Ok(())
    }
}

fn broken(what: &str) -> Problem {
    Problem::bad_request(
        "request.malformed_form",
        format!("the form cannot be read: {what}"),
    )
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    // The first byte is `\r`, which is rare enough in files to make this quick.
    let (first, rest) = needle.split_first()?;
    let mut from = 0;
    while let Some(at) = haystack[from..].iter().position(|byte| byte == first) {
        let at = from + at;
        if haystack[at + 1..].starts_with(rest) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// The boundary in a content type of `multipart/form-data` (RFC 2046, section 5.1.1).
fn boundary(content_type: &str) -> Option<String> {
    let (essence, parameters) = content_type.split_once(';')?;
    if !essence.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameter(parameters, "boundary")?;
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&b);
    ((1..=70).contains(&boundary.len()) && boundary.bytes().all(allowed)).then_some(boundary)
}

fn parse_head(head: &[u8]) -> Result<Part, Problem> {
    let head = std::str::from_utf8(head).map_err(|_| broken("the head of a part is no UTF-8"))?;
    let disposition = head
        .split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("content-disposition"))
        .and_then(|(_, value)| value.split_once(';'))
        .filter(|(kind, _)| kind.trim().eq_ignore_ascii_case("form-data"))
        .map(|(_, parameters)| parameters)
        .ok_or_else(|| broken("a part has no Content-Disposition of form-data"))?;
    let name =
        parameter(disposition, "name").ok_or_else(|| broken("a part does not name its field"))?;
    Ok(Part {
        name,
        file_name: parameter(disposition, "filename"),
    })
}

/// One of `a=b; c="d"`. Browsers write `%22` for a quote; others put a backslash before it.
fn parameter(parameters: &str, wanted: &str) -> Option<String> {
    let mut rest = parameters;
    loop {
        rest = rest.trim_start_matches([';', ' ', '\t']);
        let (name, value) = rest.split_once('=')?;
        let (value, after) = match value.strip_prefix('"') {
            Some(quoted) => quoted_string(quoted)?,
            None => {
                let end = value.find(';').unwrap_or(value.len());
                (value[..end].trim().to_owned(), &value[end..])
            }
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = after;
    }
}

fn quoted_string(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value.replace("%22", "\""), &text[at + 1..])),
            '\\' if text[at + 1..].starts_with(['"', '\\']) => value.push(chars.next()?.1),
            c => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A form whose body comes in blocks of `block` bytes.
    fn form(content_type: &str, body: &[u8], block: usize, max: u64) -> Result<Multipart, Problem> {
        let blocks: Vec<Result<Bytes, std::io::Error>> = body
            .chunks(block)
            .map(|block| Ok(Bytes::copy_from_slice(block)))
            .collect();
        let body = Body::from_stream(futures_util::stream::iter(blocks));
        let request = Request::builder()
            .header(header::CONTENT_TYPE, content_type)
            .body(body)
            .unwrap();
        Multipart::new(request, max)
    }

    type Parts = Vec<(String, Option<String>, Vec<u8>)>;

    async fn read(body: &[u8], block: usize, max: u64) -> Result<Parts, Problem> {
        let mut form = form("multipart/form-data; boundary=\"b-1\"", body, block, max)?;
        let mut parts = Vec::new();
        while let Some(part) = form.next_part().await? {
            let mut content = Vec::new();
            while let Some(block) = form.next_block().await? {
                content.extend_from_slice(&block);
            }
            parts.push((part.name, part.file_name, content));
        }
        Ok(parts)
    }

    const FORM: &[u8] =
        b"--b-1\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nA \r\n--b song\r\n\
        --b-1\r\ncontent-disposition: form-data; name=empty\r\n\r\n\r\n\
        --b-1\r\nContent-Type: audio/wav\r\nContent-Disposition: form-data; \
        filename=\"a\\\"b;%22.wav\"; name=\"file\"\r\n\r\n\0\r\n\r\n--\xff\r\n--b-1--\r\n";

    #[tokio::test]
    async fn a_form_is_read_the_same_however_it_is_cut() {
        let expected: Parts = vec![
            ("title".into(), None, b"A \r\n--b song".to_vec()),
            ("empty".into(), None, vec![]),
            (
                "file".into(),
                Some("a\"b;\".wav".into()),
                b"\0\r\n\r\n--\xff".to_vec(),
            ),
        ];
        for block in 1..=FORM.len() {
            assert_eq!(
                read(FORM, block, 10_000).await.unwrap(),
                expected,
                "blocks of {block}"
            );
        }
    }

    #[tokio::test]
    async fn the_fingerprint_is_of_the_content_alone() {
        let fingerprint = async |boundary: &str, body: &str, block: usize| {
            let content_type = format!("multipart/form-data; boundary={boundary}");
            let form = form(&content_type, body.as_bytes(), block, 10_000).unwrap();
            let mut form = form.fingerprinted();
            while form.next_part().await.unwrap().is_some() {}
            form.fingerprint().unwrap()
        };
        let body = |boundary: &str, file: &str, content: &str| {
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"a\"{file}\r\n\r\n{content}\
                 \r\n--{boundary}--\r\n"
            )
        };
        let first = fingerprint("x", &body("x", "", "hello"), 3).await;
        assert_eq!(first, fingerprint("yz", &body("yz", "", "hello"), 50).await);
        for other in [
            body("x", "", "hallo"),
            body("x", "", "hello\r\n"),
            body("x", "; filename=\"\"", "hello"),
            body("x", "; filename=\"b\"", "hello"),
        ] {
            assert_ne!(first, fingerprint("x", &other, 50).await, "{other}");
        }
    }

    #[tokio::test]
    async fn a_part_that_is_left_is_skipped() {
        let mut form = form("multipart/form-data; boundary=b-1", FORM, 7, 10_000).unwrap();
        let mut names = Vec::new();
        while let Some(part) = form.next_part().await.unwrap() {
            names.push(part.name);
        }
        assert_eq!(names, ["title", "empty", "file"]);
    }

    #[tokio::test]
    async fn every_beginning_of_a_form_is_refused() {
        for length in 0..FORM.len() - 4 {
            let problem = read(&FORM[..length], 16, 10_000).await.unwrap_err();
            assert_eq!(problem.status(), 400, "{length} bytes");
        }
    }

    #[tokio::test]
    async fn what_has_no_end_is_refused_early() {
        let head = [b"--b-1\r\nContent-Disposition: ", &[b'x'; 100_000][..]].concat();
        assert_eq!(read(&head, 1_000, 1 << 30).await.unwrap_err().status(), 400);
        assert_eq!(
            read(&[b'x'; 100_000], 1_000, 1 << 30)
                .await
                .unwrap_err()
                .status(),
            400
        );
        assert_eq!(read(FORM, 16, 100).await.unwrap_err().status(), 413);
        let glued = b"--b-1junk\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--b-1--";
        assert_eq!(read(glued, 16, 1_000).await.unwrap_err().status(), 400);
    }

    #[test]
    fn another_content_type_is_a_415() {
        for content_type in [
            "application/json",
            "multipart/form-data",
            "multipart/mixed; boundary=a",
            "multipart/form-data; boundary=",
        ] {
            let problem = form(content_type, b"", 1, 9).err().unwrap();
            assert_eq!(problem.status(), 415, "{content_type}");
        }
    }

    #[tokio::test]
    async fn a_text_has_a_length_and_is_utf_8() {
        let body = b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff\xfe12\r\n--b--";
        for max in [3, 4] {
            let mut form = form("multipart/form-data;boundary=b", body, 9, 900).unwrap();
            form.next_part().await.unwrap();
            assert_eq!(form.text("a", max).await.unwrap_err().status(), 422);
        }
    }
}
