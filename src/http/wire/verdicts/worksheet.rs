//! A step of a worksheet on the wire, stored or new.

use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use crate::{domain::verdict::worksheet::Step, text::worksheet::StepJson};

#[derive(Clone, Debug)]
pub enum StepBody {
    Stored(Json),
    Made(Step),
}

impl Serialize for StepBody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Stored(json) => json.serialize(serializer),
            Self::Made(step) => StepJson(step).serialize(serializer),
        }
    }
}
