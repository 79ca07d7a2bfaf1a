//! Operations on changes, feeds and watches.

pub mod change_watch;
pub mod create_watch;
pub mod list_changes;
pub mod list_watch_deliveries;
pub mod list_watches;
pub mod rotate_watch_secret;
pub mod show_change_feed;
pub mod show_medicine_feed;
pub mod show_watch;
pub mod test_watch;
