//! A support is begun with a way to reach a person and counts when that person confirms it. Neither is kept: only a pseudonym under the petition's
//! own pepper, once for each person.

use deadpool_postgres::Transaction;
use jiff::{Timestamp, civil::Date};

use super::holding::{find, unknown};
use crate::{
    domain::participation::petition::canonical_contact,
    store::postgres::statements,
    text::hex::hex,
    workflow::{
        Workflow,
        common::error::{RefusalFault, WorkflowError},
    },
};

/// So long a support waits to be confirmed.
const CODE_S: i64 = 7 * 24 * 60 * 60;
const HASH_DIGITS: usize = 64;
const MAC_DIGITS: usize = 32;
/// Supports that one network begins or confirms in a minute.
const TRIES_PER_NETWORK: u32 = 60;

/// A support that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportConfirmed {
    pub petition: String,
    /// False: this person's support counted before.
    pub new: bool,
}

impl Workflow {
    /// The code that confirms it. Nothing is written.
    ///
    /// # Errors
    /// The petition is unknown or takes no supports now; the contact is none.
    pub async fn begin_support(&self, id: &str, contact: &str, network: u128, now: Timestamp) -> Result<String, WorkflowError> {
        self.take_support_try(network)?;
        let Some(contact) = canonical_contact(contact) else {
            let (es, en) = (
                "un correo, como ana@ejemplo.co, o un celular de 10 cifras",
                "an e-mail address, such as ana@example.co, or a telephone of 10 digits",
            );
            return Err(WorkflowError::unprocessable(vec![RefusalFault::new("/contact", "invalid_value", es, en)]));
        };
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        let pepper = open_pepper(&tx, id).await?;
        let pseudonym = hex(&self.secrets.mac(&format!("supporter:{pepper}:{contact}")));
        let until = now.as_second() + CODE_S;
        Ok(self.with_mac(&format!("{id}.{pseudonym}.{until}")))
    }

    /// # Errors
    /// `not_found` when the code is none or its time is over; `conflict` when the petition takes no supports any more.
    pub async fn confirm_support(
        &self,
        code: &str,
        network: u128,
        (now, today): (Timestamp, Date),
    ) -> Result<SupportConfirmed, WorkflowError> {
        self.take_support_try(network)?;
        let wrong = || {
            WorkflowError::refused(
                "not_found", "el código no es válido o ya venció", "the code is not valid, or its time is over",
            )
        };
        let (said, _) = code.rsplit_once('.').ok_or_else(wrong)?;
        let mut parts = said.split('.');
        let (Some(id), Some(pseudonym), Some(until), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(wrong());
        };
        let in_time = until.parse::<i64>().is_ok_and(|until| now.as_second() < until);
        if self.with_mac(said) != code || !in_time || pseudonym.len() != HASH_DIGITS {
            return Err(wrong());
        }
        let bytes = bytes_of(pseudonym).ok_or_else(wrong)?;
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        open_pepper(&tx, id).await?;
        let rows = tx.execute(statements::insert_petition_support, &[&id, &bytes, &today]).await?;
        tx.commit().await?;
        Ok(SupportConfirmed { petition: id.to_owned(), new: rows > 0 })
    }

    /// The text and its mark, which only this service can write.
    fn with_mac(&self, said: &str) -> String {
        let mac = hex(&self.secrets.mac(&format!("support code:{said}")));
        format!("{said}.{}", mac.get(..MAC_DIGITS).unwrap_or_default())
    }

    fn take_support_try(&self, network: u128) -> Result<(), WorkflowError> {
        self.sign_ins.take_of(TRIES_PER_NETWORK, &format!("support {network}")).map_err(|seconds| {
            WorkflowError::too_many("demasiados apoyos; espere un minuto", "too many supports; wait a minute", seconds)
        })
    }
}

/// Of a petition that takes supports.
async fn open_pepper(tx: &Transaction<'_>, id: &str) -> Result<String, WorkflowError> {
    let held = find(tx, id).await?.ok_or_else(|| unknown(id))?;
    let row = tx.query_opt(statements::find_petition_pepper, &[&id]).await?;
    match row.filter(|_| held.state.takes_supports()) {
        Some(row) => Ok(row.try_get("pepper")?),
        None => {
            Err(WorkflowError::refused("conflict", "la petición no recibe apoyos ahora", "the petition takes no supports now"))
        }
    }
}

fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let pairs = (0..digits.len() / 2).map(|at| u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok());
    pairs.collect()
}
