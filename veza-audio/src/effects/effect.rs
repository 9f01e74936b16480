//! Effects as they are described: one type for all, and their JSON.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::{Map, Value};

use super::{Amplify, FadeIn, FadeOut, Prepare, Processor, TrimSilence, Width};
use crate::dither::Dither;
use crate::dynamics::{Compressor, DeEsser, Expander, Limiter};
use crate::filter::{Equalizer, Filter, FilterKind, LinearPhaseEqualizer};
use crate::{AudioSpec, Error, Result};

/// Most effects that a description may hold.
const MAX_EFFECTS: usize = 64;

/// Makes the enum, and everything which has to know every effect, from one table.
macro_rules! effects {
    ($($(#[$doc:meta])* $variant:ident($settings:ty) = $name:literal,)*) => {
        /// Any effect.
        ///
        /// As JSON it is an object with a `type` and the effect's parameters, in camel case:
        /// `{"type": "highPass", "frequency": 30}`. Parameters which are not known are refused.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Effect {
            /// One filter; its kind is its type.
            Filter(Filter),
            $($(#[$doc])* $variant($settings),)*
        }

        impl Effect {
            /// The type it has in a description.
            pub fn name(&self) -> &'static str {
                match self {
                    Self::Filter(filter) => filter.kind.name(),
                    $(Self::$variant(_) => $name,)*
                }
            }

            /// Every type there is.
            pub fn names() -> impl Iterator<Item = &'static str> {
                FilterKind::ALL.map(FilterKind::name).into_iter().chain([$($name),*])
            }

            fn settings(&self) -> serde_json::Result<Value> {
                match self {
                    Self::Filter(filter) => serde_json::to_value(filter),
                    $(Self::$variant(settings) => serde_json::to_value(settings),)*
                }
            }

            fn from_parts(name: &str, mut fields: Map<String, Value>) -> serde_json::Result<Self> {
                match name {
                    $($name => serde_json::from_value(fields.into()).map(Self::$variant),)*
                    _ if FilterKind::ALL.iter().any(|kind| kind.name() == name) => {
                        fields.insert("type".into(), name.into());
                        serde_json::from_value(fields.into()).map(Self::Filter)
                    }
                    _ => {
                        let known: Vec<_> = Self::names().collect();
                        let reason = format!(
                            "there is no effect of the type \"{name}\"; there are {}",
                            known.join(", ")
                        );
                        Err(de::Error::custom(reason))
                    }
                }
            }
        }

        impl Prepare for Effect {
            fn prepare(&self, spec: AudioSpec) -> Result<Box<dyn Processor>> {
                match self {
                    Self::Filter(filter) => filter.prepare(spec),
                    $(Self::$variant(settings) => settings.prepare(spec),)*
                }
            }
        }

        impl From<Filter> for Effect {
            fn from(filter: Filter) -> Self {
                Self::Filter(filter)
            }
        }

        $(impl From<$settings> for Effect {
            fn from(settings: $settings) -> Self {
                Self::$variant(settings)
            }
        })*
    };
}

effects! {
    /// Louder or softer.
    Gain(Amplify) = "gain",
    /// Several filters, of minimum phase.
    Equalizer(Equalizer) = "equalizer",
    /// Several filters, of linear phase.
    LinearPhaseEqualizer(LinearPhaseEqualizer) = "linearPhaseEqualizer",
    /// What is loud becomes less so.
    Compressor(Compressor) = "compressor",
    /// What is soft becomes softer: an expander or a gate.
    Expander(Expander) = "expander",
    /// Sharp consonants softened.
    DeEsser(DeEsser) = "deEsser",
    /// True peaks held under a ceiling.
    Limiter(Limiter) = "limiter",
    /// Narrower or wider.
    Width(Width) = "width",
    /// The beginning faded in.
    FadeIn(FadeIn) = "fadeIn",
    /// The end faded out.
    FadeOut(FadeOut) = "fadeOut",
    /// Silence at both ends taken away.
    TrimSilence(TrimSilence) = "trimSilence",
    /// Fewer bits without distortion.
    Dither(Dither) = "dither",
}

/// Reads a list of effects from JSON.
///
/// # Errors
/// [`Error::InvalidParameter`] for what is no list, for more than 64 effects, and for the first
/// effect which is not as it should be: by its number, with what is wrong.
pub fn parse(json: &str) -> Result<Vec<Effect>> {
    let invalid = |reason: String| Error::invalid("effects", reason);
    let list: Vec<Value> =
        serde_json::from_str(json).map_err(|error| invalid(format!("no list: {error}")))?;
    if list.len() > MAX_EFFECTS {
        return Err(invalid(format!(
            "{} of them; at most {MAX_EFFECTS} can be asked for",
            list.len()
        )));
    }
    (1..)
        .zip(list)
        .map(|(number, value)| {
            serde_json::from_value(value)
                .map_err(|error| invalid(format!("number {number}: {error}")))
        })
        .collect()
}

impl<'de> Deserialize<'de> for Effect {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Map::deserialize(deserializer)?;
        let name = match fields.remove("type") {
            Some(Value::String(name)) => name,
            Some(_) => return Err(de::Error::custom("the type is no text")),
            None => return Err(de::Error::missing_field("type")),
        };
        Self::from_parts(&name, fields).map_err(de::Error::custom)
    }
}

impl Serialize for Effect {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut all = Map::new();
        all.insert("type".into(), self.name().into());
        if let Value::Object(fields) = self.settings().map_err(ser::Error::custom)? {
            all.extend(fields);
        }
        all.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_read_back_as_it_was_written() {
        for name in Effect::names() {
            let json = match name {
                "fadeIn" | "fadeOut" => format!(r#"{{"type":"{name}","seconds":1.5}}"#),
                "gain" => r#"{"type":"gain","gainDb":-3}"#.into(),
                "equalizer" | "linearPhaseEqualizer" => format!(
                    r#"{{"type":"{name}","bands":[{{"type":"notch","frequency":50,"q":8}}]}}"#
                ),
                _ if FilterKind::ALL.iter().any(|kind| kind.name() == name) => {
                    format!(r#"{{"type":"{name}","frequency":1000}}"#)
                }
                _ => format!(r#"{{"type":"{name}"}}"#),
            };
            let effect: Effect = serde_json::from_str(&json).unwrap();
            assert_eq!(effect.name(), name);
            let written = serde_json::to_string(&effect).unwrap();
            assert_eq!(
                serde_json::from_str::<Effect>(&written).unwrap(),
                effect,
                "{written}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (json, named) in [
            ("{}", "effects: no list: "),
            ("[1]", "effects: number 1: "),
            ("[{}]", "effects: number 1: missing field `type`"),
            (
                r#"[{"type":"gain","gainDb":1},{"type":"highPas"}]"#,
                "effects: number 2: there is no effect of the type \"highPas\"; there are peaking, ",
            ),
            (
                r#"[{"type":"highPass","frequency":30,"gane":1}]"#,
                "effects: number 1: unknown field `gane`, expected ",
            ),
            (
                r#"[{"type":"width","with":1}]"#,
                "effects: number 1: unknown field `with`, expected ",
            ),
            (
                r#"[{"type":"highPass"}]"#,
                "effects: number 1: missing field `frequency`",
            ),
            (r#"[{"type":7}]"#, "effects: number 1: the type is no text"),
        ] {
            let error = parse(json).unwrap_err().to_string();
            assert!(error.starts_with(named), "{json}: {error}");
        }
        let many = format!("[{}]", [r#"{"type":"width"}"#; 65].join(","));
        assert!(parse(&many).is_err());
    }
}
