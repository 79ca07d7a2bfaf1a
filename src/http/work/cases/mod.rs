//! Pages of cases: the queue, one case with all that can be done with it, and its letter.
mod assigning;
mod case;
mod evidence;
mod forms;
mod letter;
mod queue;
mod steps;

use crate::http::{App, Endpoint};

pub fn endpoints() -> Vec<Endpoint<App>> {
    [queue::endpoints(), forms::endpoints(), letter::endpoints()].into_iter().flatten().collect()
}
