use veza_core::auth::audit::{ListAuditEvents, list_audit_events};
use veza_core::auth::{AuditAction, AuditEvent, ChangeRole, LogOut, Outcome, change_role, log_out};
use veza_core::kernel::{ErrorKind, PageRequest, Principal, Role, UseCaseError as _};

use crate::world::{PASSWORD, World, metadata, now};

fn record(world: &World, who: &Principal, query: &ListAuditEvents) -> Vec<AuditEvent> {
    now(list_audit_events(&world.env, who, query))
        .unwrap()
        .items
}

#[test]
fn what_happens_to_accounts_is_on_record() {
    let world = World::new();
    let root = world.person_of("root", Role::Admin);
    let ada = world.account("ada", Role::User);
    world.log_in(&ada.email, "another password").unwrap_err();
    world.log_in("nobody@example.com", PASSWORD).unwrap_err();
    let held = world.log_in(&ada.email, PASSWORD).unwrap();
    let command = ChangeRole {
        user_id: ada.id,
        role: Role::Creator,
        metadata: metadata(),
    };
    now(change_role(&world.env, &root, command)).unwrap();
    let command = LogOut {
        principal: Some(world.bearer(&held)),
        refresh_token: None,
        metadata: metadata(),
    };
    now(log_out(&world.env, command)).unwrap();

    let about_ada = ListAuditEvents {
        user: Some(ada.id),
        ..ListAuditEvents::default()
    };
    let lines = record(&world, &root, &about_ada);
    let mut told: Vec<_> = lines
        .iter()
        .map(|line| (line.action, line.outcome, line.actor == Some(ada.id)))
        .collect();
    told.sort_by_key(|(action, outcome, _)| (action.as_str(), outcome.as_str()));
    assert_eq!(
        told,
        [
            (AuditAction::AddAccount, Outcome::Success, false),
            (AuditAction::ChangeRole, Outcome::Success, false),
            (AuditAction::LogIn, Outcome::Failure, false),
            (AuditAction::LogIn, Outcome::Success, true),
            (AuditAction::LogOut, Outcome::Success, true),
        ]
    );
    let change = lines
        .iter()
        .find(|line| line.action == AuditAction::ChangeRole)
        .unwrap();
    assert_eq!(change.actor, Some(root.user_id));
    assert_eq!(change.detail.as_deref(), Some("user -> creator"));
    assert_eq!(change.address.as_deref(), Some("192.0.2.7"));
    let log_ins = ListAuditEvents {
        action: Some(AuditAction::LogIn),
        ..ListAuditEvents::default()
    };
    let unknown = record(&world, &root, &log_ins);
    assert_eq!(unknown.len(), 4, "root, and three tries");
    assert!(unknown.iter().any(|line| line.subject.is_none()));
}

#[test]
fn the_record_is_paged_and_only_administrators_read_it() {
    let world = World::new();
    let root = world.person_of("root", Role::Admin);
    for _ in 0..6 {
        world.log_in("root@example.com", "wrong").unwrap_err();
    }
    let mut query = ListAuditEvents::default();
    let all = record(&world, &root, &query);
    query.page.limit = Some(3);
    let mut pages = Vec::new();
    loop {
        let page = now(list_audit_events(&world.env, &root, &query)).unwrap();
        pages.extend(page.items);
        query.page.cursor = page.next_cursor;
        if query.page.cursor.is_none() {
            break;
        }
    }
    assert_eq!(pages, all);
    assert_eq!(all.len(), 8);

    let moderator = world.person_of("mod", Role::Moderator);
    let error = now(list_audit_events(&world.env, &moderator, &query)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    query.page = PageRequest {
        cursor: Some("forged".into()),
        limit: None,
    };
    let error = now(list_audit_events(&world.env, &root, &query)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed);
}
