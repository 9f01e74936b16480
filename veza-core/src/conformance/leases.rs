//! The contract of [`Leases`](crate::kernel::lease::Leases).

use crate::kernel::lease::{Fenced, Lease};
use crate::kernel::{Store, Timestamp};

use super::samples::at;

async fn acquire(
    store: &dyn Store,
    name: &str,
    holder: &str,
    now: Timestamp,
    until: Timestamp,
) -> Option<Lease> {
    let mut unit = store.begin().await.expect("begin");
    let leases = unit.leases();
    let lease = leases
        .acquire(name, holder, now, until)
        .await
        .expect("acquire");
    unit.commit().await.expect("commit");
    lease
}

pub(super) async fn one_holds_a_lease_at_a_time(store: &dyn Store) {
    let first = acquire(store, "relay", "a", at(0), at(10))
        .await
        .expect("it is free");
    assert_eq!((first.name.as_str(), first.until), ("relay", at(10)));
    assert_eq!(acquire(store, "relay", "b", at(9), at(19)).await, None);
    let other = acquire(store, "sweep", "b", at(9), at(19)).await;
    assert!(other.is_some(), "each name is a lease of its own");

    let again = acquire(store, "relay", "a", at(5), at(15))
        .await
        .expect("its own");
    assert!(again.fence > first.fence);
    let taken = acquire(store, "relay", "b", at(15), at(25))
        .await
        .expect("it ran out");
    assert!(taken.fence > again.fence);

    let mut unit = store.begin().await.expect("begin");
    let leases = unit.leases();
    for lost in [&first, &again] {
        assert_eq!(
            leases.renew(lost, at(99)).await.expect("renew"),
            Fenced::Lost
        );
        assert_eq!(leases.release(lost).await.expect("release"), Fenced::Lost);
    }
    assert_eq!(
        leases.renew(&taken, at(30)).await.expect("renew"),
        Fenced::Held
    );
    unit.commit().await.expect("commit");
    assert_eq!(acquire(store, "relay", "a", at(29), at(39)).await, None);
}

pub(super) async fn a_lease_is_renewed_until_another_takes_it_and_given_back(store: &dyn Store) {
    let lease = acquire(store, "relay", "a", at(0), at(10))
        .await
        .expect("it is free");
    let mut unit = store.begin().await.expect("begin");
    let late = unit.leases().renew(&lease, at(60)).await.expect("renew");
    assert_eq!(late, Fenced::Held, "nobody took it meanwhile");
    unit.commit().await.expect("commit");
    assert_eq!(acquire(store, "relay", "b", at(59), at(69)).await, None);

    let mut unit = store.begin().await.expect("begin");
    let leases = unit.leases();
    assert_eq!(leases.release(&lease).await.expect("release"), Fenced::Held);
    assert_eq!(
        leases.renew(&lease, at(70)).await.expect("renew"),
        Fenced::Lost
    );
    assert_eq!(leases.release(&lease).await.expect("release"), Fenced::Lost);
    unit.commit().await.expect("commit");
    let next = acquire(store, "relay", "b", at(1), at(11))
        .await
        .expect("given back");
    assert!(next.fence > lease.fence);
}
