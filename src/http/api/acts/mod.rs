//! Operations on acts and drafts of acts.

pub mod approve_act_draft;
pub mod create_act_draft;
pub mod diff_acts;
pub mod list_act_drafts;
pub mod list_acts;
pub mod list_draft_ceilings;
pub mod preview_act_draft;
pub mod publish_act;
pub mod show_act;
pub mod show_act_draft;
pub mod upload_draft_list;
pub mod withdraw_act_draft;
