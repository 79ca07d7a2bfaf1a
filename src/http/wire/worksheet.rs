//! A step of a worksheet on the wire: as it was stored, or written straight from what was just made.

use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::Value as Json;

use crate::domain::worksheet::{Step, Value};

#[derive(Clone, Debug)]
pub enum StepBody {
    Stored(Json),
    /// The same bytes as `store::judgement::step_json`; a test holds the two together.
    Made(Step),
}

impl Serialize for StepBody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Stored(json) => json.serialize(serializer),
            Self::Made(step) => {
                let mut body = serializer.serialize_struct("Step", 3)?;
                body.serialize_field("step", step.step)?;
                body.serialize_field("inputs", &Shown(&step.inputs))?;
                body.serialize_field("result", &Shown(&step.result))?;
                body.end()
            }
        }
    }
}

struct Shown<'a>(&'a Value);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(flag) => serializer.serialize_bool(*flag),
            Value::Word(word) => serializer.serialize_str(word),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Number(number) => serializer.collect_str(number),
            Value::Whole(number) => serializer.collect_str(number),
            Value::Day(day) => serializer.collect_str(day),
            Value::List(list) => serializer.collect_seq(list.iter().map(Shown)),
            Value::Map(map) => serializer.collect_map(map.iter().map(|(name, value)| (*name, Shown(value)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::worksheet::{number, optional, text},
        store::judgement::step_json,
    };

    #[test]
    fn a_step_is_written_as_it_is_stored() {
        let inputs = vec![
            ("amount", number("33052.500".parse().unwrap())),
            ("day", Value::Day(jiff::civil::date(2020, 6, 15))),
            ("evidence", text("«ñ» \"x\"\n")),
            ("list", Value::List(vec![Value::Whole(-4), Value::Null, Value::Map(vec![("flag", Value::Bool(true))])])),
            ("none", optional(None, number)),
        ];
        let step = Step::new("ceilings", inputs, vec![("outcome", Value::Word("ceiling"))]);
        let made = serde_json::to_string(&StepBody::Made(step.clone())).unwrap();
        assert_eq!(made, step_json(&step).to_string());
        assert_eq!(serde_json::to_string(&StepBody::Stored(step_json(&step))).unwrap(), made);
    }
}
