//! What stands before the routes on one connection: memory, and the count of what this client asks of it.

use std::{net::IpAddr, sync::Arc};

use bytes::Bytes;
use hyper::{Request, Response, body::Body};

use super::{
    lane::Asked,
    memory::Memory,
    rates::{Meter, Rates},
};

/// Of a whole server.
#[derive(Clone, Default)]
pub struct Before {
    pub memory: Option<Arc<Memory>>,
    pub rates: Option<Arc<Rates>>,
}

/// Of one connection.
#[derive(Clone)]
pub struct Hot {
    before: Before,
    peer: IpAddr,
}

impl Before {
    pub fn of(&self, peer: IpAddr) -> Hot {
        Hot { before: self.clone(), peer }
    }
}

impl Hot {
    pub fn answer<B: Body>(&self, request: &Request<B>) -> Option<Response<Bytes>> {
        let memory = self.before.memory.as_ref()?;
        let meter = self.before.rates.as_ref().map_or(Meter::FREE, |rates| rates.meter(self.peer, request.headers()));
        memory.answer(request, meter)
    }

    /// For the lane, which does not read whom a proxy speaks for.
    pub fn asked(&self) -> Option<Asked<'_>> {
        let memory = self.before.memory.as_deref()?;
        let meter = match &self.before.rates {
            Some(rates) => rates.meter_of_connection(self.peer)?,
            None => Meter::FREE,
        };
        Some(Asked { memory, meter })
    }
}
