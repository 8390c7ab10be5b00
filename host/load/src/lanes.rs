//! [`Lanes`]: requests in flight, at most as many as there may be connections.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
    time::{Duration, Instant},
};

use tokio::{
    task::spawn_local,
    time::{sleep, timeout_at},
};

use crate::{
    connection::{Connection, Connections, Opened, unprocessed},
    measurement::{End, Measurement, Record},
    plan::{LoadError, Plan},
};

/// Connections that a request is tried on: one that was there, one that others opened meanwhile, and one of its own.
const ATTEMPTS: u32 = 3;

/// Requests in flight, and those that wait for one of them to end.
pub(crate) struct Lanes {
    plan: Plan,
    begin: Instant,
    connections: Connections,
    idle: RefCell<Vec<Connection>>,
    waiting: RefCell<VecDeque<u64>>,
    record: RefCell<Record>,
    busy: Cell<u32>,
}

impl Lanes {
    pub(crate) fn new(plan: Plan, connections: Connections, begin: Instant) -> Result<Rc<Self>, LoadError> {
        Ok(Rc::new(Self {
            plan,
            begin,
            connections,
            idle: RefCell::default(),
            waiting: RefCell::default(),
            record: RefCell::new(Record::new()?),
            busy: Cell::new(0),
        }))
    }

    /// A request is due.
    pub(crate) fn start(self: &Rc<Self>, index: u64) {
        if self.busy.get() >= self.plan.connections {
            self.waiting.borrow_mut().push_back(index);
            return;
        }
        self.busy.set(self.busy.get() + 1);
        let connection = self.idle.borrow_mut().pop();
        spawn_local(Rc::clone(self).lane(index, connection));
    }

    /// When all that was started has ended.
    pub(crate) async fn end(&self) -> Measurement {
        while self.busy.get() > 0 {
            sleep(Duration::from_millis(1)).await;
        }
        self.record.borrow().measurement(&self.plan)
    }

    /// One request, and on its connection those that waited for it.
    async fn lane(self: Rc<Self>, first: u64, mut connection: Option<Connection>) {
        let (mut next, mut waited) = (Some(first), false);
        while let Some(index) = next {
            self.one(index, waited, &mut connection).await;
            next = self.waiting.borrow_mut().pop_front();
            waited = true;
        }
        self.idle.borrow_mut().extend(connection);
        self.busy.set(self.busy.get() - 1);
    }

    async fn one(&self, index: u64, waited: bool, connection: &mut Option<Connection>) {
        let due = self.begin + self.plan.due(index);
        let behind = due.elapsed();
        if self.plan.counts(index) {
            self.record.borrow_mut().began(behind, waited);
        }
        let deadline = due + self.plan.timeout;
        let end = match timeout_at(deadline.into(), self.answer(connection)).await {
            Ok(end) => end,
            Err(_) => {
                // What comes of it now is nobody's answer.
                *connection = None;
                End::Late
            }
        };
        if self.plan.counts(index) {
            self.record.borrow_mut().ended(due.elapsed(), self.begin.elapsed(), end);
        }
    }

    /// Sends on the connection that is there, or on another one. That one ended before the service took the request, while
    /// it was used or shared already, is no failure of the service.
    async fn answer(&self, slot: &mut Option<Connection>) -> End {
        for _ in 0..ATTEMPTS {
            let Opened { mut connection, used } = match slot.take() {
                Some(connection) => Opened { connection, used: true },
                None => match self.connections.open().await {
                    Ok(opened) => opened,
                    Err(_) => return End::NoAnswer,
                },
            };
            match self.connections.request(&mut connection).await {
                Ok((status, usable)) => {
                    *slot = usable.then_some(connection);
                    return if status >= 500 { End::ServerError } else { End::Answer };
                }
                Err(error) if used && unprocessed(&error) => self.connections.retire(&connection),
                Err(_) => return End::NoAnswer,
            }
        }
        End::NoAnswer
    }
}
