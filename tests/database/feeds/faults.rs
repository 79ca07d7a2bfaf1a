//! A portal that goes wrong in every way: each ends as it must, nothing is ever half imported, and the data before stay.

use termometro::{
    clock::Clock,
    feeds::{
        client::{PortalClient, PortalSettings},
        running::FeedRunner,
    },
};

use super::{ACT, DAY, FIRST_DAY, ROWS, Stage, word};
use crate::{
    kit::portal::{
        Trouble::{self, *},
        list, quick,
    },
    support::number,
};

/// What is wrong on the wire, and how the run ends.
const ON_THE_WIRE: &[(Trouble, &str)] = &[
    (UnstableOrder, "key_repeated"),
    (DuplicatePage, "key_repeated"),
    (RowDeleted(99), "changed_while_reading"),
    (RowAdded(99), "changed_while_reading"),
    (Status(429, 99, Some("3600")), "throttled"),
    (Status(429, 99, None), "throttled"),
    (Status(503, 99, Some("Fri, 31 Dec 2100 00:00:00 GMT")), "throttled"),
    (Status(500, 99, None), "throttled"),
    (Status(404, 99, None), "unexpected_status"),
    (Status(403, 99, None), "unexpected_status"),
    (NoRowsDespiteCount, "changed_while_reading"),
    (HtmlPage, "not_data"),
    (JsonErrorPage, "portal_error"),
    (JsonErrorMetadata, "portal_error"),
    (BadMetadata, "bad_metadata"),
    (SlowDrip, "timed_out"),
    (Silence, "timed_out"),
    (HangUp, "unreachable"),
    (EndlessHead, "unreachable"),
    (CutBody, "cut_short"),
    (CutRow, "cut_short"),
    (GzipBomb, "decompression_bomb"),
    (LargeBody, "too_large"),
    (DamagedGzip, "cut_short"),
    (RedirectToPrivate, "redirected"),
    (Latin1, "not_utf8"),
    (NoKey, "no_key"),
    (OtherColumnsLater, "columns_changed"),
    (EmptyBody, "not_data"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_on_the_wire_changes_nothing() {
    let stage = Stage::set("feed_faults").await;
    assert_eq!(word(&stage.run().await), "imported");
    let before = stage.data().await;
    for (days, (trouble, expected)) in (1..).zip(ON_THE_WIRE) {
        // A new edition, of which every reading breaks off.
        stage.portal.publish(&list(ROWS, ACT, |at| if at == 1 { 900 } else { 1_000 }), FIRST_DAY + days * 60);
        stage.portal.goes_wrong(Some(*trouble));
        let ended = stage.run().await;
        assert_eq!((word(&ended).as_str(), *trouble), (*expected, *trouble), "{ended:?}");
        assert!(ended.requests >= 1, "{trouble:?}");
        assert_eq!(stage.data().await, before, "{trouble:?}");
    }
    assert_eq!(number(&stage.database, "SELECT count(*) FROM held_import").await, 0);
    let failed = number(&stage.database, "SELECT count(*) FROM feed_run WHERE state = 'failed' AND fault_es <> fault_en").await;
    assert_eq!(failed, i64::try_from(ON_THE_WIRE.len()).unwrap());
    // As soon as the portal is well, the new edition is there.
    stage.portal.goes_wrong(None);
    assert_eq!(word(&stage.run().await), "imported");
    assert_eq!(stage.data().await[0], before[0] + 1);
    assert_eq!(std::fs::read_dir(&stage.folder).unwrap().count(), 0, "nothing is left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_by_itself_is_waited_for() {
    let stage = Stage::set("feed_passing").await;
    assert_eq!(word(&stage.run().await), "imported");
    let troubles = [
        RowDeleted(1),
        RowAdded(1),
        Status(429, 1, Some("0")),
        Status(503, 1, None),
        Status(502, 1, None),
        SmallPages,
        CountRefused,
    ];
    for (days, trouble) in (1..).zip(troubles) {
        let before = stage.data().await;
        stage.portal.publish(&list(ROWS, ACT, |at| if i64::from(at) == days { 900 } else { 1_000 }), FIRST_DAY + days * 60);
        stage.portal.goes_wrong(Some(trouble));
        assert_eq!(word(&stage.run().await), "imported", "{trouble:?}");
        assert_eq!(stage.data().await[0], before[0] + 1, "{trouble:?}");
    }
}

/// A publication that would make the data worse, the day after the list in force unless said otherwise, and how the run ends.
fn publications() -> Vec<(&'static str, String, i64, Option<Trouble>)> {
    let good = list(ROWS, ACT, |_| 1_001);
    let renamed =
        good.replacen("precio_maximo_de_venta_transaccion_final_comercial", "precio_maximo_venta_transaccion_final_comercial", 1);
    let without = good.replacen(",cum,", ",otro,", 1);
    let repeated =
        good.clone() + &good.lines().skip(1).take(5).map(|row| row.replace(",1001,", ",1002,") + "\n").collect::<String>();
    let unreadable: String = (0..)
        .zip(good.lines())
        .map(|(at, row)| if at % 8 == 7 { row.replace(",1001,", ",mil,") } else { row.to_owned() } + "\n")
        .collect();
    let next = FIRST_DAY + DAY;
    vec![
        ("renamed_column", renamed, next, None),
        ("missing_column", without, next, None),
        ("no_rows", list(0, ACT, |_| 1), next, None),
        ("held larger_than_current", list(10 * ROWS, ACT, |_| 1_000), next, None),
        ("held smaller_than_current", list(ROWS / 2, ACT, |_| 1_000), next, None),
        ("held older_than_current", list(ROWS, ACT, |at| 1_000 + u32::from(at == 1)), FIRST_DAY - 30 * DAY, None),
        ("held day_not_come", list(ROWS, ACT, |at| 1_000 + u32::from(at == 2)), FIRST_DAY + 365 * DAY, None),
        // Nobody says of which day it is: then it is of the first day of its act.
        ("held older_than_current", list(ROWS, ACT, |at| 1_000 + u32::from(at == 3)), next, Some(MetadataSaysLittle)),
        ("held many_changed", list(ROWS, ACT, |at| 1_000 + u32::from(at % 10 == 0)), next, None),
        ("held amounts_shifted", list(ROWS, "Circular 22 de 2026", |_| 10_000), next, None),
        ("held amounts_shifted", list(ROWS, "Circular 23 de 2026", |_| 100), next, None),
        ("held keys_repeated", repeated.replace(",1001,", ",1000,"), next, None),
        ("held many_quarantined", unreadable.replace(",1001,", ",1000,"), next, None),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_make_the_data_worse_is_held() {
    let stage = Stage::set("feed_guards").await;
    assert_eq!(word(&stage.run().await), "imported");
    let before = stage.data().await;
    let mut held = 0;
    for (minutes, (expected, table, updated_at, trouble)) in (1..).zip(publications()) {
        // Two editions of the same instant and size would be taken for one.
        stage.portal.publish(&table, updated_at + minutes * 60);
        stage.portal.goes_wrong(trouble);
        let ended = stage.run().await;
        assert_eq!(word(&ended), expected, "{ended:?}");
        assert_eq!(stage.data().await, before, "{expected}");
        held += i64::from(expected.starts_with("held"));
        assert_eq!(number(&stage.database, "SELECT count(*) FROM held_import WHERE state = 'held'").await, held, "{expected}");
    }
    // A new act may change everything a little, and a column that nobody knows changes nothing.
    stage.portal.goes_wrong(None);
    let table = list(ROWS, "Circular 24 de 2026", |_| 1_100).replace('\n', ",x\n").replacen(",x\n", ",ajuste_julio\n", 1);
    stage.portal.publish(&table, FIRST_DAY + 2 * DAY);
    assert_eq!(word(&stage.run().await), "imported");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_portal_itself_is_spoken_to_and_only_in_public() {
    let stage = Stage::set("feed_addresses").await;
    let with = |settings: PortalSettings| FeedRunner { client: PortalClient::new(settings).unwrap(), ..stage.runner.clone() };
    let refused = async |settings: PortalSettings| {
        let runner = with(settings);
        let outcome = runner.run("ceilings", "schedule").await.unwrap();
        format!("{outcome:?}")
    };
    // This machine is no portal unless a setting says so.
    let public = PortalSettings { policy: PortalSettings::new(stage.portal.base(), false).policy, ..quick(stage.portal.base()) };
    assert!(refused(public).await.contains("AddressRefused(\"https_only\")"));
    let private = PortalSettings::new("https://10.0.0.1".parse().unwrap(), false);
    assert!(
        refused(PortalSettings { base: private.base, policy: private.policy, ..quick(stage.portal.base()) })
            .await
            .contains("AddressRefused(\"address_refused\")")
    );
    assert!(stage.portal.requests().is_empty());
    // The first answer of all says that nothing changed: since what?
    stage.portal.goes_wrong(Some(NotModifiedAtOnce));
    assert_eq!(word(&stage.run().await), "bad_metadata");
    assert_eq!(stage.data().await[0], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_is_used_where_there_is_one() {
    use tokio::io::AsyncReadExt;
    let stage = Stage::set("feed_proxy").await;
    let proxy = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = proxy.local_addr().unwrap();
    let portal = stage.portal.address;
    let (sender, mut seen) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut near, _)) = proxy.accept().await {
            let sender = sender.clone();
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(near.read_u8().await.unwrap());
                }
                let _ = sender.send(String::from_utf8(head).unwrap());
                let mut far = tokio::net::TcpStream::connect(portal).await.unwrap();
                tokio::io::AsyncWriteExt::write_all(&mut near, b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    let settings = PortalSettings { proxy: Some(address.to_string()), ..quick(stage.portal.base()) };
    let runner = FeedRunner { client: PortalClient::new(settings).unwrap(), ..stage.runner.clone() };
    let outcome = runner.run("ceilings", "schedule").await.unwrap();
    assert!(format!("{outcome:?}").contains("Imported"), "{outcome:?}");
    assert!(seen.recv().await.unwrap().starts_with(&format!("CONNECT {portal} HTTP/1.1\r\n")));
    // A proxy that is not there.
    let settings = PortalSettings { proxy: Some("127.0.0.1:1".to_owned()), ..quick(stage.portal.base()) };
    let runner = FeedRunner { client: PortalClient::new(settings).unwrap(), clock: Clock::System, ..stage.runner.clone() };
    assert!(format!("{:?}", runner.run("ceilings", "schedule").await.unwrap()).contains("Unreachable(\"unreachable\")"));
}

/// Retry-After as an instant is counted by the portal's own clock.
#[tokio::test(flavor = "multi_thread")]
async fn the_portals_own_clock_says_how_long_to_wait() {
    let stage = Stage::set("feed_retry_after").await;
    stage.portal.goes_wrong(Some(Status(503, 99, Some("Fri, 31 Dec 2100 00:00:00 GMT\r\ndate: Thu, 30 Dec 2100 23:00:00 GMT"))));
    let ended = stage.run().await;
    assert!(format!("{ended:?}").contains("wait_s: 3600"), "{ended:?}");
}
