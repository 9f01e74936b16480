//! The contract of [`AccountExports`](super::AccountExports).

use crate::auth::User;
use crate::conformance::samples::{START, at, id, user_named};
use crate::kernel::{PortErrorKind, Store};

use super::model::{AccountExport, ExportState};

fn export(user: &User, number: u64, state: ExportState) -> AccountExport {
    AccountExport {
        id: id(number),
        user_id: user.id,
        state,
        requested_at: START,
    }
}

fn ready(end: u64) -> ExportState {
    ExportState::Ready {
        attempt: 2,
        size: u64::from(u32::MAX) + 1,
        expires_at: at(end),
    }
}

pub(crate) async fn an_account_has_one_export(store: &dyn Store) {
    let users = ["ada", "bob", "eve", "joe"].map(user_named);
    let mut unit = store.begin().await.expect("begin");
    for user in &users {
        unit.users().add(user).await.expect("add");
    }
    let [ada, bob, eve, joe] = &users;
    let exports = unit.account_exports();
    for state in [ExportState::Pending, ExportState::Failed, ready(20)] {
        let export = export(ada, 1, state);
        exports.put(&export).await.expect("put");
        let found = exports.find(ada.id).await.expect("find");
        assert_eq!(found, Some(export), "in place of the one before");
    }
    let late = export(ada, 2, ready(20));
    let early = export(bob, 3, ready(10));
    let never = [
        export(eve, 4, ExportState::Pending),
        export(joe, 5, ExportState::Failed),
    ];
    for export in [late, early].iter().chain(&never) {
        exports.put(export).await.expect("put");
    }
    assert_eq!(exports.expired(at(9), 10).await.expect("expired"), []);
    let over = exports.expired(at(20), 10).await.expect("expired");
    assert_eq!(over, [early, late], "the longest first");
    let over = exports.expired(at(20), 1).await.expect("expired");
    assert_eq!(over, [early]);
    assert!(exports.remove(bob.id).await.expect("remove"));
    assert!(!exports.remove(bob.id).await.expect("remove"));
    assert_eq!(exports.find(bob.id).await.expect("find"), None);
    let nobodys = export(&user_named("nobody"), 6, ExportState::Pending);
    let error = exports.put(&nobodys).await;
    let error = error.expect_err("there is no such account");
    assert_eq!(error.kind, PortErrorKind::MissingReference);
}
