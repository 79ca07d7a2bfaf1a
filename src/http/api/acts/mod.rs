//! Operations on acts and drafts of acts.

pub(crate) mod approve_act_draft;
pub(crate) mod create_act_draft;
pub(crate) mod diff_acts;
pub(crate) mod list_act_drafts;
pub(crate) mod list_acts;
pub(crate) mod list_draft_ceilings;
pub(crate) mod preview_act_draft;
pub(crate) mod publish_act;
pub(crate) mod revise_act_draft;
pub(crate) mod show_act;
pub(crate) mod show_act_draft;
pub(crate) mod upload_draft_list;
pub(crate) mod withdraw_act_draft;
