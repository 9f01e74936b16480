//! `veza events`: what waits to be published, what the bus did not take, and what consumers gave up;
//! and how that is tried again. The services may be running.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::{Value, json};
use veza_core::kernel::bus::{DeadLetter, DeadLetters};
use veza_core::kernel::consumer::ConsumerName;
use veza_core::kernel::local_bus::LocalBus;
use veza_core::kernel::outbox::{Backlog, ParkedEvent};
use veza_core::kernel::{Event, Store as _};
use veza_rabbitmq::RabbitDeadLetters;
use veza_sql::SqlStore;

use crate::serve::{Route, open_database, subscriptions};
use crate::settings::{FileOnly, Settings, SettingsArgs};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Looks at the events of an installation, by the settings of `serve`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct EventsArgs {
    /// What to do
    #[arg(value_enum, value_name = "ACTION", default_value_t = Action::Show)]
    action: Action,
    /// Only of this consumer
    #[arg(long, value_name = "NAME")]
    consumer: Option<String>,
    /// How many events at most, of each consumer
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=10_000))]
    most: u32,
    /// Print lines of JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: SettingsArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Action {
    /// What waits, what is parked, and what consumers gave up
    Show,
    /// Give what consumers gave up back to them
    Replay,
    /// Publish what is parked
    Unpark,
}

/// Does it. Exit code 0 when it is done, 1 when it could not be, 2 for a setting.
pub(crate) fn run(args: EventsArgs, file: FileOnly) -> ExitCode {
    let settings = match args.settings.clone().check(&[], file) {
        Ok(settings) => settings,
        Err(error) => return failed(&error, ExitCode::from(2)),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(work(&args, &settings)),
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&*error, ExitCode::FAILURE),
    }
}

fn failed(error: &(dyn std::error::Error + 'static), code: ExitCode) -> ExitCode {
    // The standard error may be closed; there is nobody else to tell.
    let mut out = io::stderr().lock();
    let _ = write!(out, "veza events: {error}");
    if let Some(cause) = error.source() {
        let _ = write!(out, " ({cause})");
    }
    let _ = writeln!(out);
    code
}

async fn work(args: &EventsArgs, settings: &Settings) -> Result<(), Failure> {
    let consumers = consumers(args.consumer.as_deref())?;
    let route = Route::new(settings)?;
    let store = open_database(&settings.database, &settings.data).await?;
    let letters: Box<dyn DeadLetters> = match route {
        Route::Local => Box::new(LocalBus::new(Arc::new(store.clone()), Vec::new())),
        Route::Rabbit(options) => Box::new(RabbitDeadLetters::new(*options)),
    };
    let done = match args.action {
        Action::Show => show(args, &store, &*letters, &consumers).await,
        Action::Replay => replay(args, &*letters, &consumers).await,
        Action::Unpark => unpark(args, &store).await,
    };
    store.close().await;
    done
}

/// Those of this installation, or the one that is named, which has to be one of them.
fn consumers(named: Option<&str>) -> Result<Vec<ConsumerName>, Failure> {
    let all = subscriptions()?.into_iter().map(|one| one.consumer);
    let all: Vec<ConsumerName> = all.collect();
    let Some(named) = named else { return Ok(all) };
    match all.iter().find(|consumer| consumer.as_str() == named) {
        Some(consumer) => Ok(vec![consumer.clone()]),
        None => {
            let all: Vec<&str> = all.iter().map(ConsumerName::as_str).collect();
            Err(format!("--consumer: there are {}", all.join(", ")).into())
        }
    }
}

async fn show(
    args: &EventsArgs,
    store: &SqlStore,
    letters: &dyn DeadLetters,
    consumers: &[ConsumerName],
) -> Result<(), Failure> {
    let mut reader = store.begin_read().await?;
    let backlog = reader.outbox().backlog().await?;
    let parked = reader.outbox().list_parked(args.most).await?;
    drop(reader);
    let mut out = io::stdout().lock();
    line(&mut out, args.json, waiting(&backlog), &words(&backlog))?;
    for ParkedEvent {
        event,
        attempts,
        reason,
        parked_at,
    } in &parked
    {
        let value = described(
            "parked",
            None,
            event,
            Some(*attempts),
            reason,
            Some(*parked_at),
        );
        line(
            &mut out,
            args.json,
            value,
            &sentence("parked", event, reason),
        )?;
    }
    for consumer in consumers {
        for letter in letters.list(consumer, args.most).await? {
            let DeadLetter {
                event,
                attempts,
                reason,
                died_at,
            } = &letter;
            let name = Some(consumer.as_str());
            let value = described("given_up", name, event, *attempts, reason, *died_at);
            line(
                &mut out,
                args.json,
                value,
                &sentence(consumer, event, reason),
            )?;
        }
    }
    Ok(())
}

async fn replay(
    args: &EventsArgs,
    letters: &dyn DeadLetters,
    consumers: &[ConsumerName],
) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    for consumer in consumers {
        let replayed = letters.replay(consumer, args.most).await?;
        let value = json!({ "consumer": consumer.as_str(), "replayed": replayed });
        let words = format!("{consumer}: {replayed} given back");
        line(&mut out, args.json, value, &words)?;
    }
    Ok(())
}

async fn unpark(args: &EventsArgs, store: &SqlStore) -> Result<(), Failure> {
    let mut unit = store.begin().await?;
    let parked = unit.outbox().list_parked(args.most).await?;
    let mut unparked = 0_u32;
    for ParkedEvent { event, .. } in &parked {
        unparked += u32::from(unit.outbox().unpark(event.event_id).await?);
    }
    unit.commit().await?;
    let words = format!("{unparked} will be published");
    let mut out = io::stdout().lock();
    line(&mut out, args.json, json!({ "unparked": unparked }), &words)
}

fn waiting(backlog: &Backlog) -> Value {
    json!({
        "state": "outbox",
        "pending": backlog.pending,
        "oldest": backlog.oldest.map(|at| at.to_string()),
        "parked": backlog.parked,
    })
}

fn words(backlog: &Backlog) -> String {
    let since = backlog.oldest.map(|at| format!(", the first since {at}"));
    format!(
        "{} wait to be published{}; {} are parked",
        backlog.pending,
        since.unwrap_or_default(),
        backlog.parked
    )
}

fn described(
    state: &str,
    consumer: Option<&str>,
    event: &Event,
    attempts: Option<u32>,
    reason: &str,
    since: Option<veza_core::kernel::Timestamp>,
) -> Value {
    json!({
        "state": state,
        "consumer": consumer,
        "eventId": event.event_id,
        "eventType": event.event_type,
        "attempts": attempts,
        "reason": reason,
        "since": since.map(|at| at.to_string()),
    })
}

fn sentence(state: impl Display, event: &Event, reason: &str) -> String {
    format!("{state}: {} {}: {reason}", event.event_id, event.event_type)
}

fn line(out: &mut impl Write, json: bool, value: Value, words: &str) -> Result<(), Failure> {
    if json {
        writeln!(out, "{value}")?;
    } else {
        writeln!(out, "{words}")?;
    }
    Ok(())
}
