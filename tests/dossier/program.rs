//! Any byte changed, anywhere: refused by both programs.
