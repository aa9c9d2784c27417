//! JSON in which no member name stands twice. A parser that keeps the last of two would read another
//! answer than the one that a person sees in the line.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

/// Reads a line that must be an object, with every name in it once, at each depth.
///
/// # Errors
///
/// If it is anything else.
pub(crate) fn object(line: &[u8]) -> Result<Map<String, Value>, serde_json::Error> {
    match serde_json::from_slice(line)? {
        Strict(Value::Object(members)) => Ok(members),
        Strict(_) => Err(de::Error::custom("it is no JSON object")),
    }
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Seed.deserialize(from).map(Self)
    }
}

struct Seed;

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(Self)? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(Self)?;
            if all.contains_key(&name) {
                return Err(de::Error::custom(format!("`{name}` stands in it twice")));
            }
            all.insert(name, value);
        }
        Ok(Value::Object(all))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_is_read_as_it_stands() {
        let text = r#"{"a":[1,-2,0.5,true,null,"x\u00e4"],"b":{"c":{}}}"#;
        let read = object(text.as_bytes()).unwrap();
        assert_eq!(
            Value::Object(read),
            serde_json::from_str::<Value>(text).unwrap()
        );
        let large = object(br#"{"a":18446744073709551615}"#).unwrap();
        assert_eq!(large["a"], json!(u64::MAX));
    }

    #[test]
    fn a_name_that_stands_twice_and_all_but_objects_are_errors() {
        let problem = |text: &str| object(text.as_bytes()).unwrap_err().to_string();
        assert!(
            problem(r#"{"verdict":"reject","verdict":"accept"}"#)
                .contains("`verdict` stands in it twice")
        );
        assert!(problem(r#"{"a":[{"b":1,"\u0062":2}]}"#).contains("`b` stands in it twice"));
        assert!(problem("[1]").contains("no JSON object"));
        assert!(problem("{} {}").contains("trailing"));
    }
}
