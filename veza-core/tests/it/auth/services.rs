use std::time::Duration;

use veza_core::auth::{
    AuditAction, AuditFilter, IssueServiceToken, IssueServiceTokenError, IssuedServiceToken,
    MAX_SERVICE_TOKEN_LIFETIME, RevocableServiceTokens, ServiceTokenVerifier as _, TokenError,
    issue_service_token, revoke_service_token,
};
use veza_core::kernel::{Caller, Role};
use veza_core::streaming::{TrackError, track_for_service};

use crate::world::{World, now};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn issue(
    world: &World,
    methods: &[&str],
    lifetime: Duration,
) -> Result<IssuedServiceToken, IssueServiceTokenError> {
    let command = IssueServiceToken {
        name: " ingest ".into(),
        methods: methods.iter().map(|&method| method.into()).collect(),
        lifetime,
    };
    now(issue_service_token(&world.env, &*world.tokens, command))
}

fn lines(world: &World, action: AuditAction) -> Vec<Option<String>> {
    let filter = AuditFilter {
        action: Some(action),
        limit: 9,
        ..AuditFilter::default()
    };
    let mut reader = now(world.env.store.begin_read()).unwrap();
    let lines = now(reader.audit_log().list(&filter)).unwrap();
    lines.into_iter().map(|line| line.detail).collect()
}

#[test]
fn a_token_of_a_service_names_its_calls_and_ends_when_it_is_revoked() {
    let world = World::new();
    let (verifier, list) = (world.tokens.clone(), world.revocations.clone());
    let verifier = RevocableServiceTokens::new(verifier, list, world.clock.clone());
    let made = issue(&world, &["/a.B/C", "/a.B/C", "/a.B/A"], 90 * DAY).unwrap();
    let other = issue(&world, &["/a.B/C"], 90 * DAY).unwrap();
    let shown = || verifier.verify_service(made.token.expose());
    assert_eq!(shown(), Err(TokenError::Unavailable), "never refreshed");
    world.learn_of_revocations();
    let grant = shown().unwrap();
    assert_eq!(grant.name, "ingest");
    assert!(grant.may_call("/a.B/C") && grant.may_call("/a.B/A"));
    assert!(!grant.may_call("/a.B/B") && !grant.may_call("/a.B"));

    now(revoke_service_token(&world.env, grant.token_id)).unwrap();
    world.learn_of_revocations();
    assert_eq!(shown(), Err(TokenError::Revoked));
    assert!(verifier.verify_service(other.token.expose()).is_ok());
    // It stays revoked as long as it could live.
    world.clock.advance(90 * DAY - Duration::from_secs(1));
    world.learn_of_revocations();
    assert_eq!(shown(), Err(TokenError::Revoked));

    let id = made.grant.token_id;
    let issued = lines(&world, AuditAction::IssueServiceToken);
    assert_eq!(
        (issued.len(), &issued[1]),
        (2, &Some(format!("{id} ingest")))
    );
    let revoked = lines(&world, AuditAction::RevokeServiceToken);
    assert_eq!(revoked, [Some(id.to_string())]);
}

#[test]
fn a_token_without_calls_or_end_is_not_made() {
    let world = World::new();
    let many = ["/a.B/C"; 65].map(str::to_owned);
    let many: Vec<String> = (0..).zip(many).map(|(n, m)| format!("{m}{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let too_long = MAX_SERVICE_TOKEN_LIFETIME + Duration::from_secs(1);
    for (methods, lifetime, field) in [
        (&[][..], DAY, "methods"),
        (&["everything"], DAY, "methods"),
        (&many, DAY, "methods"),
        (&["/a.B/C"], Duration::ZERO, "lifetime"),
        (&["/a.B/C"], too_long, "lifetime"),
    ] {
        let error = issue(&world, methods, lifetime).unwrap_err();
        let IssueServiceTokenError::Invalid(faults) = error else {
            panic!("{error}");
        };
        assert_eq!(faults[0].field, field);
    }
    assert_eq!(lines(&world, AuditAction::IssueServiceToken), []);
}

#[test]
fn what_is_for_services_is_for_no_person() {
    let world = World::new();
    let root = Caller::from(world.person_of("root", Role::Admin));
    let track = world.env.new_id();
    let refused = now(track_for_service(&world.env, &root, track));
    assert!(matches!(refused, Err(TrackError::Forbidden)));
}
