//! The JSON of a worksheet's step: one form to store, digest, seal in a dossier and answer.

use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::Value as Json;

use crate::domain::verdict::worksheet::{Step, Value};

/// A step in its JSON form.
#[derive(Clone, Copy, Debug)]
pub struct StepJson<'a>(pub &'a Step);

/// The same as a tree, where JSON is stored or compared.
pub fn step_json(step: &Step) -> Json {
    serde_json::to_value(StepJson(step)).expect("a step is made of texts, flags, lists and maps with text keys")
}

impl Serialize for StepJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_struct("Step", 3)?;
        body.serialize_field("step", self.0.step)?;
        body.serialize_field("inputs", &ValueJson(&self.0.inputs))?;
        body.serialize_field("result", &ValueJson(&self.0.result))?;
        body.end()
    }
}

struct ValueJson<'a>(&'a Value);

impl Serialize for ValueJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(flag) => serializer.serialize_bool(*flag),
            Value::Word(word) => serializer.serialize_str(word),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Number(number) => serializer.collect_str(number),
            Value::Whole(number) => serializer.collect_str(number),
            Value::Day(day) => serializer.collect_str(day),
            Value::List(list) => serializer.collect_seq(list.iter().map(ValueJson)),
            Value::Map(map) => serializer.collect_map(map.iter().map(|(name, value)| (*name, ValueJson(value)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::verdict::worksheet::{number, optional, text};

    #[test]
    fn a_step_is_written_and_stored_in_the_same_bytes() {
        let inputs = vec![
            ("amount", number("33052.500".parse().unwrap())),
            ("day", Value::Day(jiff::civil::date(2020, 6, 15))),
            ("evidence", text("«ñ» \"x\"\n")),
            ("list", Value::List(vec![Value::Whole(-4), Value::Null, Value::Map(vec![("flag", Value::Bool(true))])])),
            ("none", optional(None, number)),
        ];
        let step = Step::new("ceilings", inputs, vec![("outcome", Value::Word("ceiling"))]);
        let expected = concat!(
            r#"{"step":"ceilings","inputs":{"amount":"33052.5","day":"2020-06-15","evidence":"«ñ» \"x\"\n","#,
            r#""list":["-4",null,{"flag":true}],"none":null},"result":{"outcome":"ceiling"}}"#
        );
        assert_eq!(serde_json::to_string(&StepJson(&step)).unwrap(), expected);
        assert_eq!(step_json(&step).to_string(), expected);
    }
}
