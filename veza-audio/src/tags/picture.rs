//! Pictures in tags: covers, mostly.

/// What a picture shows, by the numbers of ID3v2 (4.14), which FLAC and Ogg took over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PictureKind {
    /// The front cover (3).
    #[default]
    FrontCover,
    /// The back cover (4).
    BackCover,
    /// Another number of the list.
    Other(u8),
}

impl PictureKind {
    /// What the number stands for.
    pub fn from_number(number: u8) -> Self {
        match number {
            3 => Self::FrontCover,
            4 => Self::BackCover,
            other => Self::Other(other),
        }
    }

    /// The number of ID3v2.
    pub fn number(self) -> u8 {
        match self {
            Self::FrontCover => 3,
            Self::BackCover => 4,
            Self::Other(number) => number,
        }
    }
}

/// A picture as the file has it; it is never decoded here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// What it shows.
    pub kind: PictureKind,
    /// Its media type, such as `image/jpeg`.
    pub media_type: String,
    /// What it shows, in words.
    pub description: String,
    /// The bytes of the picture's own file.
    pub data: Vec<u8>,
}

impl Picture {
    /// A front cover; its first bytes say what it is.
    pub fn cover(data: Vec<u8>) -> Self {
        Self {
            kind: PictureKind::FrontCover,
            media_type: media_type(&data).to_owned(),
            description: String::new(),
            data,
        }
    }

    /// The block of FLAC (RFC 9639, 8.8), which Ogg has in base64. Size and colours are left to
    /// whoever decodes the picture (0: not known).
    pub(crate) fn to_block(&self) -> Vec<u8> {
        let mut block = u32::from(self.kind.number()).to_be_bytes().to_vec();
        for text in [&self.media_type, &self.description] {
            block.extend((text.len() as u32).to_be_bytes());
            block.extend(text.as_bytes());
        }
        block.extend([0; 16]);
        block.extend((self.data.len() as u32).to_be_bytes());
        block.extend(&self.data);
        block
    }

    /// Reads a block of FLAC; `None` where it is cut short, is empty or only links to a picture.
    pub(crate) fn from_block(block: &[u8]) -> Option<Self> {
        let (kind, rest) = number(block)?;
        let (media_type, rest) = counted(rest)?;
        let (description, rest) = counted(rest)?;
        let (data, _) = counted(rest.get(16..)?)?;
        Self::read(
            u8::try_from(kind).unwrap_or(0),
            &String::from_utf8_lossy(media_type),
            String::from_utf8_lossy(description).into_owned(),
            data,
        )
    }

    /// A picture as a file states it. A media type which is none is told from the bytes.
    pub(crate) fn read(kind: u8, stated: &str, description: String, data: &[u8]) -> Option<Self> {
        // What is linked to is never fetched.
        if data.is_empty() || stated == "-->" {
            return None;
        }
        let plain =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'+' | b'-');
        let sensible =
            stated.starts_with("image/") && stated.len() < 64 && stated.bytes().all(plain);
        Some(Self {
            kind: PictureKind::from_number(kind),
            media_type: if sensible { stated } else { media_type(data) }.to_owned(),
            description,
            data: data.to_vec(),
        })
    }
}

/// What a picture's first bytes say.
fn media_type(data: &[u8]) -> &'static str {
    match data {
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'G', b'I', b'F', b'8', ..] => "image/gif",
        [b'B', b'M', ..] => "image/bmp",
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => "image/webp",
        _ => "application/octet-stream",
    }
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u32::from_be_bytes(*number), rest))
}

/// So many bytes as a number before them says.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = number(bytes)?;
    rest.split_at_checked(usize::try_from(len).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_read_as_it_was_written() {
        let picture = Picture {
            kind: PictureKind::Other(8),
            media_type: "image/webp".to_owned(),
            description: "die Künstlerin".to_owned(),
            data: vec![1, 2, 3],
        };
        let block = picture.to_block();
        assert_eq!(Picture::from_block(&block), Some(picture));
        for end in 0..block.len() {
            assert_eq!(Picture::from_block(&block[..end]), None, "cut at {end}");
        }
    }

    #[test]
    fn a_media_type_which_is_none_is_told_from_the_bytes() {
        let read = |stated: &str, data: &[u8]| Picture::read(3, stated, String::new(), data);
        let jpeg = read("JPG", b"\xff\xd8\xff\xe0").unwrap();
        assert_eq!(
            (jpeg.media_type.as_str(), jpeg.kind),
            ("image/jpeg", PictureKind::FrontCover)
        );
        assert_eq!(read("image/x\r\ny", b"BM").unwrap().media_type, "image/bmp");
        assert_eq!(read("-->", b"http://example.org/cover.png"), None);
        assert_eq!(read("image/png", b""), None);
        assert_eq!(
            Picture::cover(vec![0]).media_type,
            "application/octet-stream"
        );
    }
}
