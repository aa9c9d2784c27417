//! Values per profile in case files: one for all, or a table with `all` and the exceptions.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor, value::StrDeserializer},
};

use crate::model::ProfileId;

/// A value for all profiles, with exceptions.
#[derive(Clone, Debug)]
pub(in crate::suite) struct PerProfile<T> {
    all: Option<T>,
    of: BTreeMap<ProfileId, T>,
}

impl<T: Copy> PerProfile<T> {
    /// The value for a profile; `None` where the table has neither the profile nor `all`.
    pub(in crate::suite) fn get(&self, profile: ProfileId) -> Option<T> {
        self.of.get(&profile).copied().or(self.all)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for PerProfile<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrTable(PhantomData))
    }
}

struct TextOrTable<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for TextOrTable<T> {
    type Value = PerProfile<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a verdict, or a table with a verdict per profile")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<PerProfile<T>, E> {
        Ok(PerProfile {
            all: Some(T::deserialize(StrDeserializer::new(text))?),
            of: BTreeMap::new(),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PerProfile<T>, A::Error> {
        let (mut all, mut of) = (None, BTreeMap::new());
        while let Some((name, own)) = map.next_entry::<String, T>()? {
            if name == "all" {
                all = Some(own);
            } else {
                of.insert(name.parse().map_err(Error::custom)?, own);
            }
        }
        Ok(PerProfile { all, of })
    }
}
