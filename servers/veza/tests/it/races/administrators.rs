//! Somebody has to stay who administers the platform.

use serde_json::json;

use super::{AT_ONCE, all, at_once, rounds, send, start};
use crate::mails::MailFolder;
use crate::support::{Answer, PASSWORD, Veza, add_account};

/// Somebody who is logged in.
struct Person {
    name: String,
    id: String,
    token: String,
    role: String,
}

async fn log_in(veza: &Veza, name: &str) -> Person {
    let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
    let answer = veza.post("/auth/login", &body).await.json;
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    Person {
        name: name.to_owned(),
        id: text(&answer["user"]["id"]),
        token: text(&answer["accessToken"]),
        role: text(&answer["user"]["role"]),
    }
}

async fn set_role(veza: &Veza, who: &Person, whose: &Person, role: &str, n: usize) -> Answer {
    let url = veza.url(&format!("/admin/users/{}/role", whose.id));
    let request = veza.http.put(url).bearer_auth(&who.token);
    send(request.json(&json!({ "role": role })), n).await
}

/// How often roles were changed, which is on record.
async fn changes(veza: &Veza, admin: &Person) -> usize {
    let mut path = "/admin/audit-events?action=role.change&limit=100".to_owned();
    let mut count = 0;
    loop {
        let page = veza.get(&path, Some(&admin.token)).await;
        assert_eq!(page.status, 200, "{}", page.json);
        count += page.json["items"].as_array().unwrap().len();
        let Some(cursor) = page.json["nextCursor"].as_str() else {
            return count;
        };
        path = format!("/admin/audit-events?action=role.change&limit=100&cursor={cursor}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_administrators_who_demote_each_other_one_stays() {
    let data = tempfile::tempdir().unwrap();
    let veza = start(data.path()).await;
    for name in ["ada", "bea"] {
        add_account(data.path(), name, "admin").await;
    }
    let mut both = [log_in(&veza, "ada").await, log_in(&veza, "bea").await];
    for round in 0..rounds() {
        let answers = at_once(|n| {
            let (who, whose) = (&both[n % 2], &both[(n + 1) % 2]);
            set_role(&veza, who, whose, "user", n)
        })
        .await;
        let by = |side: usize| answers.iter().skip(side).step_by(2);
        let won = |side: usize| by(side).filter(|answer| answer.status == 200).count();
        // Who has it already is answered so: all of one side, and none of the other.
        let winner = usize::from(won(0) == 0);
        assert_eq!((won(winner), won(1 - winner)), (AT_ONCE / 2, 0));
        assert!(by(1 - winner).all(|lost| [401, 403].contains(&lost.status)));

        let loser = log_in(&veza, &both[1 - winner].name).await;
        assert_eq!(
            (loser.role.as_str(), both[winner].role.as_str()),
            ("user", "admin")
        );
        // One demotion in each round, and the promotion after it.
        assert_eq!(changes(&veza, &both[winner]).await, 2 * round + 1);
        let promoted = set_role(&veza, &both[winner], &loser, "admin", 0).await;
        assert_eq!(promoted.status, 200, "{}", promoted.json);
        both[1 - winner] = log_in(&veza, &loser.name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_administrators_who_step_down_one_stays() {
    let data = tempfile::tempdir().unwrap();
    let veza = start(data.path()).await;
    add_account(data.path(), "ada0", "admin").await;
    let mut admins = vec![log_in(&veza, "ada0").await];
    invite_the_others(&veza, data.path(), &admins[0]).await;
    for n in 1..AT_ONCE {
        admins.push(log_in(&veza, &format!("ada{n}")).await);
    }
    for _ in 0..rounds() {
        let answers = at_once(|n| set_role(&veza, &admins[n], &admins[n], "user", n)).await;
        // The answer of who stepped down may have come too late; the token is no longer good then.
        let (down, refused): (Vec<_>, Vec<_>) = answers
            .iter()
            .partition(|answer| [200, 401].contains(&answer.status));
        assert_eq!((down.len(), refused.len()), (AT_ONCE - 1, 1));
        assert_eq!(refused[0].json["code"], "auth.admin.last_admin");
        for n in (0..AT_ONCE).filter(|n| answers[*n].status == 401) {
            assert_eq!(log_in(&veza, &format!("ada{n}")).await.role, "user");
        }
        let stays = answers
            .iter()
            .position(|answer| answer.status == 409)
            .unwrap();
        let promoted = at_once(|n| set_role(&veza, &admins[stays], &admins[n], "admin", n)).await;
        all(&promoted, 200);
        for (n, admin) in admins.iter_mut().enumerate().filter(|(n, _)| *n != stays) {
            *admin = log_in(&veza, &format!("ada{n}")).await;
            assert_eq!(admin.role, "admin");
        }
    }
}

/// Makes administrators of 49 others.
async fn invite_the_others(veza: &Veza, data: &std::path::Path, admin: &Person) {
    let request = veza.http.post(veza.url("/auth/invitations"));
    let request = request.bearer_auth(&admin.token);
    let request = request.json(&json!({"uses": AT_ONCE - 1, "role": "admin"}));
    let invited = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(invited.status, 201, "{}", invited.json);
    for n in 1..AT_ONCE {
        let body = json!({
            "email": format!("ada{n}@example.com"),
            "username": format!("ada{n}"),
            "password": PASSWORD,
            "invitation": invited.json["code"],
        });
        let request = veza.http.post(veza.url("/auth/register")).json(&body);
        assert_eq!(send(request, n).await.status, 202);
    }
    for mail in MailFolder::of(data).next(AT_ONCE - 1).await {
        let body = json!({ "token": mail.token });
        assert_eq!(veza.post("/auth/verify", &body).await.status, 201);
    }
}
