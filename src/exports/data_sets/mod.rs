//! The published data sets: one file each.
pub(crate) mod acts;
pub(crate) mod ceilings;
pub(crate) mod medicines;
pub(crate) mod participation;
pub(crate) mod prices_by_month;
pub(crate) mod register;
pub(crate) mod thermometer;

use super::data_set::DataSet;

/// In the order in which they are listed.
pub static ALL: &[&DataSet] = &[
    &medicines::DATA_SET,
    &ceilings::DATA_SET,
    &acts::DATA_SET,
    &prices_by_month::DATA_SET,
    &thermometer::DATA_SET,
    &register::DATA_SET,
    &participation::DATA_SET,
];

pub fn find(name: &str) -> Option<&'static DataSet> {
    ALL.iter().copied().find(|data_set| data_set.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn fields_are_named_once_explained_and_their_keys_are_always_there() {
        for data_set in ALL {
            let names: HashSet<_> = data_set.fields.iter().map(|field| field.name).collect();
            assert_eq!(names.len(), data_set.fields.len(), "{}", data_set.name);
            assert!(data_set.key_fields > 0 && data_set.key().iter().all(|field| field.required), "{}", data_set.name);
            let words = data_set.fields.iter().map(|field| field.words).chain([data_set.title, data_set.description]);
            assert!(words.into_iter().all(|(es, en)| es.len() > 2 && en.len() > 2 && es != en), "{}", data_set.name);
        }
    }
}
