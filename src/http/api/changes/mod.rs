//! Operations on changes, feeds and watches.

pub(crate) mod change_watch;
pub(crate) mod create_watch;
pub(crate) mod list_changes;
pub(crate) mod list_watch_deliveries;
pub(crate) mod list_watches;
pub(crate) mod rotate_watch_secret;
pub(crate) mod show_change_feed;
pub(crate) mod show_medicine_feed;
pub(crate) mod show_watch;
pub(crate) mod test_watch;
