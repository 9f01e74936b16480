//! One suite for each port, run by every adapter of it. No runtime is needed: the suites are
//! async functions, which panic where the adapter breaks the contract of the port.
//!
//! Each case of a store starts from an empty one, which `fresh` makes.

mod accounts;
mod auth;
mod avatars;
mod blobs;
mod bus;
mod cache;
mod concurrently;
mod credentials;
mod deliveries;
mod idempotency;
mod identities;
mod inbox;
mod job_console;
mod job_queue;
mod jobs;
mod leases;
mod locks;
mod mail;
mod outbox;
mod rate;
pub(crate) mod samples;
mod seal;
mod sessions;
mod signals;
mod tracks;
mod unit_of_work;
mod users;

pub use auth::{password_hasher, service_tokens, tokens};
pub use blobs::blob_store;
pub use bus::{BUS_ATTEMPTS, RunningBus, event_bus};
pub use cache::cache;
pub use mail::{ArrivedMail, mailer};
pub use rate::rate_limiter;
pub use samples::{event_of, job_at, track_of, user_named};
pub use seal::sealer;
pub use signals::signals;

use crate::analytics::conformance as analytics;
use crate::exports::conformance as exports;
use crate::kernel::{Partitions, Store};

/// The whole contract of a [`Store`] and of every repository in its units of work.
///
/// # Panics
/// Where the contract is broken.
pub async fn store<S: Store>(fresh: impl AsyncFn() -> S) {
    unit_of_work::commit_keeps_all_and_drop_keeps_nothing(&fresh().await).await;
    unit_of_work::a_reader_sees_one_state_and_cannot_write(&fresh().await).await;
    unit_of_work::the_store_answers(&fresh().await).await;
    unit_of_work::no_text_holds_u_0000(&fresh().await).await;
    locks::two_units_that_load_the_same_aggregate_lose_no_update(&fresh().await).await;
    locks::what_one_unit_has_found_by_a_unique_key_waits_for_its_end(&fresh().await).await;
    locks::a_unit_that_is_dropped_half_way_blocks_nobody(&fresh().await).await;
    users::what_is_added_is_found(&fresh().await).await;
    users::addresses_and_names_are_unique(&fresh().await).await;
    users::all_of_an_account_can_be_changed(&fresh().await).await;
    users::administrators_are_known(&fresh().await).await;
    accounts::a_pending_registration_keeps_its_name_for_its_time(&fresh().await).await;
    accounts::links_are_kept_for_their_time(&fresh().await).await;
    accounts::the_record_is_read_newest_first(&fresh().await).await;
    sessions::what_is_added_is_found_and_updated(&fresh().await).await;
    sessions::a_chain_belongs_to_its_session(&fresh().await).await;
    sessions::what_is_over_is_pruned_a_part_at_a_time(&fresh().await).await;
    sessions::revocations_are_listed_while_they_matter(&fresh().await).await;
    credentials::a_second_factor_is_kept_exactly(&fresh().await).await;
    credentials::tickets_are_counted_off(&fresh().await).await;
    credentials::keys_of_programs_are_kept_exactly(&fresh().await).await;
    credentials::invitations_are_kept_and_counted_off(&fresh().await).await;
    credentials::the_last_use_of_an_invitation_has_one_winner(&fresh().await).await;
    credentials::erasures_are_due_in_their_order(&fresh().await).await;
    exports::an_account_has_one_export(&fresh().await).await;
    identities::an_identity_opens_one_account(&fresh().await).await;
    identities::two_that_link_the_same_identity_link_one(&fresh().await).await;
    identities::an_authorization_is_kept_exactly_until_it_is_answered(&fresh().await).await;
    identities::an_authorization_has_one_answer(&fresh().await).await;
    tracks::what_is_added_is_found(&fresh().await).await;
    tracks::every_state_is_kept_exactly(&fresh().await).await;
    tracks::an_update_is_for_the_version_before_it(&fresh().await).await;
    tracks::lists_hold_what_their_scope_says(&fresh().await).await;
    tracks::pages_join_without_gap_or_overlap(&fresh().await).await;
    jobs::a_job_is_claimed_at_its_time_and_once(&fresh().await).await;
    jobs::a_lost_lease_fences_its_holder_off(&fresh().await).await;
    jobs::heartbeats_keep_a_lease(&fresh().await).await;
    jobs::outcomes_are_kept(&fresh().await).await;
    jobs::the_oldest_due_comes_first(&fresh().await).await;
    idempotency::a_key_belongs_to_one_attempt(&fresh().await).await;
    idempotency::an_effect_is_kept_with_its_unit_of_work(&fresh().await).await;
    idempotency::keys_are_forgotten_in_their_time(&fresh().await).await;
    avatars::what_is_put_is_found_in_the_place_of_the_one_before(&fresh().await).await;
    job_queue::as_many_are_claimed_as_are_wanted(&fresh().await).await;
    job_queue::priorities_come_first_and_starve_nobody(&fresh().await).await;
    job_queue::a_unique_key_is_taken_while_its_job_is_active(&fresh().await).await;
    job_queue::two_that_store_the_same_unique_job_store_one(&fresh().await).await;
    job_queue::a_job_that_is_called_off_fences_its_holder_off(&fresh().await).await;
    job_console::lists_hold_what_their_query_says(&fresh().await).await;
    job_console::dead_letters_are_revived_and_discarded(&fresh().await).await;
    job_console::a_revived_job_takes_nobodys_key(&fresh().await).await;
    job_console::what_is_over_is_pruned(&fresh().await).await;
    job_console::schedules_keep_their_time(&fresh().await).await;
    outbox::events_come_out_in_order_until_published(&fresh().await).await;
    outbox::what_failed_holds_up_its_aggregate_alone(&fresh().await).await;
    outbox::what_is_parked_is_listed_and_lets_others_pass(&fresh().await).await;
    outbox::what_was_published_long_ago_is_forgotten(&fresh().await).await;
    inbox::each_consumer_sees_an_event_once(&fresh().await).await;
    inbox::what_was_seen_long_ago_is_forgotten(&fresh().await).await;
    leases::one_holds_a_lease_at_a_time(&fresh().await).await;
    leases::a_lease_is_renewed_until_another_takes_it_and_given_back(&fresh().await).await;
    deliveries::each_consumer_has_a_queue_in_order(&fresh().await).await;
    deliveries::failures_wait_and_hold_up_their_aggregate(&fresh().await).await;
    deliveries::dead_letters_are_kept_aside_until_replayed(&fresh().await).await;
    analytics::an_event_is_kept_once_and_counted_in_its_day(&fresh().await).await;
    analytics::a_day_has_one_report_which_can_be_replaced(&fresh().await).await;
    analytics::metrics_come_by_day_and_name(&fresh().await).await;
}

/// The contract of [`Partitions`], of a store that keeps its own too.
///
/// # Panics
/// Where the contract is broken.
pub async fn partitions<S: Store + Partitions>(fresh: impl AsyncFn() -> S) {
    analytics::events_are_kept_with_and_without_partitions(&fresh().await).await;
}
