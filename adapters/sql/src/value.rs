//! Values that are bound to a statement, in no database's own form.

use serde_json::Value as Json;
use uuid::Uuid;
use veza_core::auth::TokenDigest;
use veza_core::kernel::Timestamp;
use veza_core::kernel::text::{holds_nul, json_holds_nul};

/// What kind of value a column holds; PostgreSQL wants to know it of a NULL too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Uuid,
    Int,
    Float,
    Text,
    Bool,
    Json,
    Bytes,
    Time,
    Uuids,
}

/// A value, as a repository gives it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null(Kind),
    Uuid(Uuid),
    Int(i64),
    Float(f64),
    Text(String),
    Bool(bool),
    Json(Json),
    Bytes(Vec<u8>),
    Time(Timestamp),
    /// A list to look an id up in, see [`Dialect::one_of_ids`](crate::dialect::Dialect).
    Uuids(Vec<Uuid>),
}

impl Value {
    /// Whether it holds U+0000, which PostgreSQL cannot store in a text.
    pub(crate) fn holds_nul(&self) -> bool {
        match self {
            Self::Text(text) => holds_nul(text),
            Self::Json(json) => json_holds_nul(json),
            _ => false,
        }
    }
}

/// What can be bound.
pub(crate) trait Bind {
    /// The kind, also of an `Option` that is `None`.
    const KIND: Kind;

    /// The value.
    fn into_value(self) -> Value;
}

macro_rules! bind {
    ($($rust:ty => $kind:ident, |$value:ident| $into:expr;)+) => {$(
        impl Bind for $rust {
            const KIND: Kind = Kind::$kind;

            fn into_value(self) -> Value {
                let $value = self;
                Value::$kind($into)
            }
        }
    )+};
}

bind! {
    Uuid => Uuid, |id| id;
    i64 => Int, |number| number;
    u32 => Int, |number| number.into();
    f64 => Float, |number| number;
    f32 => Float, |number| number.into();
    bool => Bool, |truth| truth;
    &str => Text, |text| text.to_owned();
    &String => Text, |text| text.clone();
    String => Text, |text| text;
    Json => Json, |json| json;
    &Json => Json, |json| json.clone();
    &[u8] => Bytes, |bytes| bytes.to_vec();
    Vec<u8> => Bytes, |bytes| bytes;
    &TokenDigest => Bytes, |digest| digest.as_bytes().to_vec();
    Timestamp => Time, |time| time;
    Vec<Uuid> => Uuids, |ids| ids;
}

impl<T: Bind> Bind for Option<T> {
    const KIND: Kind = T::KIND;

    fn into_value(self) -> Value {
        self.map_or(Value::Null(T::KIND), T::into_value)
    }
}

impl<'a, T> Bind for &'a Option<T>
where
    &'a T: Bind,
{
    const KIND: Kind = <&'a T>::KIND;

    fn into_value(self) -> Value {
        self.as_ref().into_value()
    }
}
