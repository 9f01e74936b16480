//! The program under races and crashes, at length: what the tests of every day do a little of.

use std::process::Command;

use crate::run::{Outcome, root, run};
use crate::services::{self, Services};
use crate::test::executable;

/// How often each race is run.
const ROUNDS: &str = "100";
/// Kills of the one process, and of the processes and servers of production: 200 in all.
const EMBEDDED_KILLS: &str = "80";
const FULL_SET_KILLS: &str = "120";

/// `cargo xtask ci races`: fifty at once, a hundred times, embedded and on the full set.
pub(crate) fn races() -> Outcome {
    let services = Services::start()?;
    // One after the other: what is limited, as passwords at once, is limited for fifty.
    let race = || -> Outcome<Command> {
        let mut race = program()?;
        race.args(["races::", "--test-threads", "1"]);
        race.env("RACE_ROUNDS", ROUNDS);
        Ok(race)
    };
    run(&mut race()?)?;
    eprintln!("\n-- on PostgreSQL, Redis and RabbitMQ");
    run(race()?.env("FULL_SET", "1").envs(services.environment()))
}

/// `cargo xtask ci crash`: random kills while people are at work. First the control, in which
/// nothing keeps what is asked again from happening again: it fails unless that is found.
pub(crate) fn crashes() -> Outcome {
    services::require()?;
    let test = |name: &str| -> Outcome<Command> {
        let mut test = program()?;
        test.args(["--exact", &format!("crash::{name}"), "--nocapture"]);
        Ok(test)
    };
    run(&mut test(
        "without_keys_tracks_are_made_twice_and_that_is_found",
    )?)?;
    let kept = "nothing_is_lost_and_nothing_happens_twice";
    run(test(kept)?.env("CRASH_KILLS", EMBEDDED_KILLS))?;
    eprintln!("\n-- on PostgreSQL, Redis, RabbitMQ and a mail server, which are killed, too");
    let kills = [("FULL_SET", "1"), ("CRASH_KILLS", FULL_SET_KILLS)];
    run(test(kept)?.envs(kills))
}

/// The tests of the program, where they expect to be.
fn program() -> Outcome<Command> {
    let mut program = Command::new(executable("veza", "it")?);
    program.current_dir(root().join("servers/veza"));
    Ok(program)
}
