//! Somebody enters an address for e-mail, confirms it with the code that came there, and takes it away.

use std::{sync::Arc, time::Duration};

use jiff::civil::date;
use serde_json::json;
use termometro::{
    outbound::mail_relay::{MailRelay, RelaySettings, RelayTls},
    workflow::mail::sending::{MailPace, MailSender},
};

use super::{
    book::{Book, Step},
    same::INSTANT,
};
use crate::relay::Relay;

pub async fn mail(book: &mut Book) {
    let approver = book.people.approver.clone();
    book.told(Step::post("set_mail_address", "/v1/me/mail", &json!({"address": "ana@example.org"})).by(&approver)).await;
    let relay = Relay::open().await;
    let settings = RelaySettings {
        host: "127.0.0.1".to_owned(),
        port: relay.address.port(),
        tls: RelayTls::Plain,
        authorities: None,
        login: None,
        from: "avisos@example.org".to_owned(),
        own_name: "t.example".to_owned(),
        overall: Duration::from_secs(5),
    };
    let sender = MailSender {
        workflow: book.people.workflow.clone(),
        relay: MailRelay::new(settings).unwrap(),
        pace: MailPace { poll: Duration::from_millis(20), ..MailPace::default() },
        now: Arc::new(|| (INSTANT.parse().unwrap(), date(2026, 11, 23))),
        origin: "https://t.example".to_owned(),
    };
    let sending = tokio::spawn(sender.run());
    let code = relay.wait_for(1).await[0].code();
    book.show(&json!({"code": code.clone()}), "/code", "0f3a9c1d5b7e2846a1c3e5f708192a3b");
    let ended = async |book: &Book| {
        let answer = book.server.get_as(&approver, "/v1/me/mail/messages").await.json();
        answer["data"][0]["state"] == "sent"
    };
    for _ in 0..400 {
        if ended(book).await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    sending.abort();
    let body = json!({ "code": code });
    book.told(Step::post("confirm_mail_address", "/v1/me/mail/confirmation", &body).by(&approver)).await;
    book.told(Step::get("show_mail", "/v1/me/mail").by(&approver)).await;
    book.told(Step::get("list_mail_messages", "/v1/me/mail/messages").by(&approver)).await;
    book.told(Step::bare("remove_mail_address", "/v1/me/mail/removal").by(&approver)).await;
}
