//! A few connections for short reads, each shared by all who ask: questions go out one behind the other, without waiting for answers.
//!
//! Only statements that are quick by their nature may come here: those behind a slow one on the same connection would wait for it.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{sync::Mutex, task::AbortHandle, time::timeout};
use tokio_postgres::{Client, Config, NoTls, Row, Statement, types::ToSql};

use super::{error::StoreError, limits::PoolLimits, statements};

/// More would not be quicker: each keeps a process of the database busy.
const LINES: usize = 2;

pub struct PointReads {
    config: Config,
    connect_timeout: Duration,
    answer_timeout: Duration,
    lines: [Mutex<Option<Arc<Line>>>; LINES],
    turn: AtomicUsize,
}

/// One connection; the task that drives it ends with it.
struct Line {
    client: Client,
    statements: RwLock<HashMap<&'static str, Statement>>,
    driver: AbortHandle,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl PointReads {
    /// `config` is that of the pool; a plan is kept once it has proven no worse than one made for each question.
    pub fn new(mut config: Config, limits: &PoolLimits) -> Self {
        config.options(format!("{} -c plan_cache_mode=auto", config.get_options().unwrap_or_default()));
        let connect_timeout = Duration::from_millis(limits.connect_timeout_ms);
        // The database gives up first, and says so.
        let answer_timeout = Duration::from_millis(limits.statement_timeout_ms) + Duration::from_secs(1);
        let lines = std::array::from_fn(|_| Mutex::new(None));
        Self { config, connect_timeout, answer_timeout, lines, turn: AtomicUsize::new(0) }
    }

    pub async fn query(&self, sql: &'static str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, StoreError> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % LINES;
        let line = self.line(turn).await?;
        let asked = async { Ok::<_, StoreError>(line.client.query(&line.statement(sql).await?, params).await?) };
        match timeout(self.answer_timeout, asked).await {
            Ok(answer) => answer,
            Err(_) => {
                // Whoever else waits on it is better off with an error than with a connection that says nothing.
                self.forget(turn, &line).await;
                Err(StoreError::Timeout)
            }
        }
    }

    async fn line(&self, turn: usize) -> Result<Arc<Line>, StoreError> {
        let mut held = self.lines[turn].lock().await;
        if let Some(line) = held.as_ref().filter(|line| !line.client.is_closed()) {
            return Ok(line.clone());
        }
        let line = timeout(self.connect_timeout, Line::connect(&self.config)).await.map_err(|_| StoreError::Timeout)??;
        let line = Arc::new(line);
        *held = Some(line.clone());
        Ok(line)
    }

    async fn forget(&self, turn: usize, line: &Arc<Line>) {
        let mut held = self.lines[turn].lock().await;
        if held.as_ref().is_some_and(|now| Arc::ptr_eq(now, line)) {
            *held = None;
        }
        let cancel = line.client.cancel_token();
        tokio::spawn(async move { timeout(Duration::from_secs(2), cancel.cancel_query(NoTls)).await });
    }
}

impl Line {
    async fn connect(config: &Config) -> Result<Self, StoreError> {
        let (client, connection) = config.connect(NoTls).await?;
        let driver = tokio::spawn(async move {
            // Those who wait for answers are told of its end by their own errors.
            let _ = connection.await;
        });
        let line = Self { client, statements: RwLock::default(), driver: driver.abort_handle() };
        line.client.batch_execute(statements::take_service_role).await?;
        Ok(line)
    }

    async fn statement(&self, sql: &'static str) -> Result<Statement, StoreError> {
        let held = self.statements.read().unwrap_or_else(PoisonError::into_inner).get(sql).cloned();
        if let Some(statement) = held {
            return Ok(statement);
        }
        let statement = self.client.prepare(sql).await?;
        self.statements.write().unwrap_or_else(PoisonError::into_inner).insert(sql, statement.clone());
        Ok(statement)
    }
}
