//! What an answer holds is named once: envelopes refer to it, and clients get one type for it, not one for each envelope.

use utoipa::{
    Modify,
    openapi::{OpenApi, RefOr, Schema, schema::ArrayItems},
};

use super::vocabulary::reference;

/// Use as `#[openapi(modifiers(&SharedBodies))]`: utoipa writes the parameter of a generic type in full, each time.
pub struct SharedBodies;

impl Modify for SharedBodies {
    fn modify(&self, document: &mut OpenApi) {
        let Some(components) = &mut document.components else { return };
        let named = components.schemas.clone();
        for (name, envelope) in &mut components.schemas {
            let Some((_, held)) = name.split_once('_') else { continue };
            let RefOr::T(Schema::Object(envelope)) = envelope else { continue };
            let data = match envelope.properties.get_mut("data") {
                Some(RefOr::T(Schema::Array(list))) => match &mut list.items {
                    ArrayItems::RefOrSchema(item) => item.as_mut(),
                    ArrayItems::False => continue,
                },
                Some(one) => one,
                None => continue,
            };
            if named.get(held) == Some(&*data) {
                *data = reference(held);
            }
        }
    }
}
