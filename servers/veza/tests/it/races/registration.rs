//! Addresses, names, invitations and the proofs of addresses.

use serde_json::{Value, json};

use super::{AT_ONCE, all, all_post, at_once, only, rounds, send, start};
use crate::mails::{Mail, MailFolder};
use crate::support::{Answer, PASSWORD, Veza, add_account};

/// Registers everybody, each by the body of their number.
async fn register(veza: &Veza, body: impl Fn(usize) -> Value) -> Vec<Answer> {
    at_once(|n| {
        let request = veza.http.post(veza.url("/auth/register"));
        send(request.json(&body(n)), n)
    })
    .await
}

/// Shows the tokens of all these mails at once.
async fn verify(veza: &Veza, mails: &[Mail]) -> Vec<Answer> {
    assert_eq!(mails.len(), AT_ONCE);
    at_once(|n| {
        let request = veza.http.post(veza.url("/auth/verify"));
        send(request.json(&json!({ "token": mails[n].token })), n)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_fifty_gets_the_address() {
    let data = tempfile::tempdir().unwrap();
    let veza = start(data.path()).await;
    let mut folder = MailFolder::of(data.path());
    for round in 0..rounds() {
        let email = format!("ada{round}@example.com");
        // Nothing tells whether an address is taken, until it is proved.
        let asked = register(&veza, |n| {
            let username = format!("ada{round}n{n}");
            json!({"email": email, "username": username, "password": PASSWORD})
        })
        .await;
        all(&asked, 202);
        let mails = folder.next(AT_ONCE).await;
        let proved = verify(&veza, &mails).await;
        let winner = only(&proved, 201, 404);
        let body = json!({"email": email, "password": PASSWORD});
        let login = veza.post("/auth/login", &body).await;
        assert_eq!(login.status, 200, "{}", login.json);
        assert_eq!(login.json["user"], winner.json["user"]);
        // The links of the others stay bad.
        let again = verify(&veza, &mails).await;
        all(&again, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_fifty_gets_the_name_and_one_its_proof() {
    let data = tempfile::tempdir().unwrap();
    let veza = start(data.path()).await;
    let mut folder = MailFolder::of(data.path());
    for round in 0..rounds() {
        let asked = register(&veza, |n| {
            // A name is the same in capitals.
            let name = if n % 2 == 0 { "ada" } else { "ADA" };
            json!({
                "email": format!("ada{round}n{n}@example.com"),
                "username": format!("{name}{round}"),
                "password": PASSWORD,
            })
        })
        .await;
        only(&asked, 202, 409);
        let mails = folder.next(1).await;
        let proof = json!({ "token": mails[0].token });
        let proved = all_post(&veza, "/auth/verify", None, &proof).await;
        let made = &only(&proved, 201, 404).json["user"];
        assert_eq!(made["email"], mails[0].to);
    }
    assert!(folder.fresh().is_empty(), "the others were sent no mail");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_use_of_an_invitation_lets_one_of_fifty_in() {
    let data = tempfile::tempdir().unwrap();
    let veza = start(data.path()).await;
    add_account(data.path(), "root", "admin").await;
    let root = veza.log_in("root").await;
    let mut folder = MailFolder::of(data.path());
    for round in 0..rounds() {
        let request = veza.http.post(veza.url("/auth/invitations"));
        let invited = request.bearer_auth(&root).json(&json!({"uses": 1}));
        let invited = Answer::of(invited.send().await.unwrap()).await;
        assert_eq!(invited.status, 201, "{}", invited.json);
        let asked = register(&veza, |n| {
            json!({
                "email": format!("ada{round}n{n}@example.com"),
                "username": format!("ada{round}n{n}"),
                "password": PASSWORD,
                "invitation": invited.json["code"],
            })
        })
        .await;
        all(&asked, 202);
        let mails = folder.next(AT_ONCE).await;
        only(&verify(&veza, &mails).await, 201, 409);
        let left = veza.get("/auth/invitations", Some(&root)).await.json;
        let mut left = left["items"].as_array().unwrap().iter();
        let left = left.find(|left| left["id"] == invited.json["id"]).unwrap();
        assert_eq!(left["usesLeft"], 0);
    }
}
