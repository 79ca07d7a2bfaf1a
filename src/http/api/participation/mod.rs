//! Operations on petitions, the board of answers and the ladder.

pub(crate) mod answer_petition;
pub(crate) mod confirm_support;
pub(crate) mod contest_petition;
pub(crate) mod create_petition;
pub(crate) mod list_participation_board;
pub(crate) mod list_participation_indicators;
pub(crate) mod list_petition_queue;
pub(crate) mod list_petitions;
pub(crate) mod moderate_petition;
pub(crate) mod show_petition;
pub(crate) mod support_petition;
pub(crate) mod withdraw_petition;
