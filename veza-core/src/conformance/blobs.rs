//! The contract of [`BlobStore`].

use async_trait::async_trait;

use crate::files::{
    BlobKey, BlobStore, BoxError, ByteRange, Bytes, ChunkSource, MemoryChunks, PutError,
};

/// Gives its chunks and then breaks off.
struct Broken(Vec<Bytes>);

#[async_trait]
impl ChunkSource for Broken {
    async fn next_chunk(&mut self) -> Result<Option<Bytes>, BoxError> {
        self.0
            .pop()
            .map(Some)
            .ok_or_else(|| "the client went away".into())
    }
}

/// Gives its chunks from the last to the first.
struct Chunks(Vec<Bytes>);

#[async_trait]
impl ChunkSource for Chunks {
    async fn next_chunk(&mut self) -> Result<Option<Bytes>, BoxError> {
        Ok(self.0.pop())
    }
}

fn key(text: &str) -> BlobKey {
    text.parse().expect("a key")
}

async fn put(blobs: &dyn BlobStore, name: &str, bytes: &'static [u8]) {
    let size = blobs
        .put(&key(name), &mut MemoryChunks::new(bytes), 1_000_000)
        .await
        .expect("put");
    assert_eq!(size, bytes.len() as u64);
}

async fn read(blobs: &dyn BlobStore, name: &str, range: Option<ByteRange>) -> Option<Vec<u8>> {
    let mut blob = blobs.get(&key(name), range).await.expect("get")?;
    let mut bytes = Vec::new();
    while let Some(chunk) = blob
        .body
        .next_chunk()
        .await
        .expect("a blob is read to its end")
    {
        bytes.extend_from_slice(&chunk);
    }
    Some(bytes)
}

async fn names(blobs: &dyn BlobStore, prefix: &str) -> Vec<String> {
    let list = blobs.list(&key(prefix), None, 1_000).await.expect("list");
    list.into_iter().map(|blob| blob.key.to_string()).collect()
}

/// The whole contract of a [`BlobStore`], which is empty at the start.
///
/// # Panics
/// Where the contract is broken.
pub async fn blob_store(blobs: &dyn BlobStore) {
    what_is_put_is_got(blobs).await;
    what_fails_leaves_nothing(blobs).await;
    folders_are_listed_and_removed(blobs).await;
}

async fn what_is_put_is_got(blobs: &dyn BlobStore) {
    assert_eq!(read(blobs, "a/none", None).await, None);
    assert_eq!(blobs.head(&key("a/none")).await.expect("head"), None);
    assert_eq!(names(blobs, "a").await, [""; 0]);

    let mut chunks = Chunks(vec!["".into(), "ghi".into(), "def".into(), "abc".into()]);
    assert_eq!(
        blobs
            .put(&key("a/b.bin"), &mut chunks, 9)
            .await
            .expect("put"),
        9
    );
    assert_eq!(
        read(blobs, "a/b.bin", None).await.expect("there"),
        b"abcdefghi"
    );
    let head = blobs
        .head(&key("a/b.bin"))
        .await
        .expect("head")
        .expect("there");
    assert_eq!((head.key, head.size), (key("a/b.bin"), 9));
    for (start, end, expected) in [
        (0, 3, "abc"),
        (3, 6, "def"),
        (8, 99, "i"),
        (4, 4, ""),
        (50, 60, ""),
        (6, 2, ""),
    ] {
        let range = Some(ByteRange { start, end });
        let run = read(blobs, "a/b.bin", range).await.expect("there");
        assert_eq!(run, expected.as_bytes(), "{start}..{end}");
    }
    assert_eq!(
        blobs.head(&key("a")).await.expect("head"),
        None,
        "a folder is no blob"
    );
    assert!(blobs.get(&key("a"), None).await.expect("get").is_none());

    put(blobs, "a/b.bin", b"new").await;
    assert_eq!(read(blobs, "a/b.bin", None).await.expect("there"), b"new");
    put(blobs, "a/empty", b"").await;
    assert_eq!(read(blobs, "a/empty", None).await.expect("there"), b"");
    if let Some(path) = blobs.local_path(&key("a/b.bin")) {
        assert_eq!(
            std::fs::read(path).expect("the path is the file of the blob"),
            b"new"
        );
    }
    assert!(blobs.delete(&key("a/b.bin")).await.expect("delete"));
    assert!(!blobs.delete(&key("a/b.bin")).await.expect("delete"));
    assert!(!blobs.delete(&key("a")).await.expect("a folder is no blob"));
    assert!(blobs.delete(&key("a/empty")).await.expect("delete"));
}

async fn what_fails_leaves_nothing(blobs: &dyn BlobStore) {
    put(blobs, "f/kept", b"before").await;
    for name in ["f/kept", "f/new"] {
        let mut large = Chunks(vec!["5678".into(), "1234".into()]);
        let error = blobs
            .put(&key(name), &mut large, 7)
            .await
            .expect_err("eight bytes");
        assert!(matches!(error, PutError::TooLarge { max: 7 }), "{error:?}");
        let mut broken = Broken(vec!["half".into()]);
        let error = blobs
            .put(&key(name), &mut broken, 100)
            .await
            .expect_err("it breaks off");
        assert!(matches!(error, PutError::Source(_)), "{error:?}");
    }
    assert_eq!(read(blobs, "f/kept", None).await.expect("there"), b"before");
    assert_eq!(names(blobs, "f").await, ["f/kept"]);
    assert!(blobs.delete(&key("f/kept")).await.expect("delete"));
}

async fn folders_are_listed_and_removed(blobs: &dyn BlobStore) {
    // '-' and '.' sort before '/', '0' after it: the order is that of whole keys.
    let all = [
        "m/t-x/1",
        "m/t.x",
        "m/t/1",
        "m/t/1.d/x",
        "m/t/10",
        "m/t/2/a",
        "m/t0/1",
        "n/1",
    ];
    for name in all {
        put(blobs, name, b"x").await;
    }
    assert_eq!(names(blobs, "m").await, all[..7]);
    assert_eq!(
        names(blobs, "m/t").await,
        ["m/t/1", "m/t/1.d/x", "m/t/10", "m/t/2/a"]
    );
    let mut steps = Vec::new();
    while let step = blobs.list(&key("m"), steps.last(), 2).await.expect("list")
        && !step.is_empty()
    {
        assert!(step.len() <= 2);
        steps.extend(step.into_iter().map(|blob| blob.key));
    }
    assert_eq!(
        steps.iter().map(BlobKey::as_str).collect::<Vec<_>>(),
        all[..7]
    );

    assert_eq!(blobs.delete_prefix(&key("m/t")).await.expect("delete"), 4);
    assert_eq!(names(blobs, "m").await, ["m/t-x/1", "m/t.x", "m/t0/1"]);
    assert_eq!(blobs.delete_prefix(&key("m/t")).await.expect("delete"), 0);
    assert_eq!(blobs.delete_prefix(&key("m")).await.expect("delete"), 3);
    assert_eq!(names(blobs, "n").await, ["n/1"]);
}
