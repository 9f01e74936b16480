use axum::body::Body;
use http::{Request, header};
use serde_json::{Value, json};
use veza_api::RateLimits;

use crate::support::{App, PASSWORD, token_in};

#[tokio::test]
async fn somebody_registers_proves_the_address_and_sees_who_they_are() {
    let app = App::new(RateLimits::Loose);
    let body =
        json!({"email": "Ada@Example.com", "username": "Ada", "password": "a fine password"});
    let asked = app.post("/api/v1/auth/register", &body).await;
    assert_eq!((asked.status.as_u16(), asked.text.as_str()), (202, ""));
    let taken = app.post("/api/v1/auth/register", &body).await;
    assert_eq!(
        (taken.status.as_u16(), &taken.json["code"]),
        (409, &json!("auth.user.username_taken"))
    );

    let mail = app.mail_to("ada@example.com").await.unwrap();
    let body = json!({"token": token_in(&mail)});
    let made = app.post("/api/v1/auth/verify", &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.json["user"]["email"], "ada@example.com");
    assert_eq!(made.json["user"]["role"], "user");
    assert!(made.json["user"].get("passwordHash").is_none());
    let again = app.post("/api/v1/auth/verify", &body).await;
    assert_eq!(
        (again.status.as_u16(), &again.json["code"]),
        (404, &json!("auth.link_not_good"))
    );

    let login = json!({"email": "ada@example.com", "password": "a fine password"});
    let answer = app.post("/api/v1/auth/login", &login).await;
    assert_eq!(answer.json["tokenType"], "Bearer");
    assert_eq!(answer.json["expiresIn"], 900);
    let token = answer.json["accessToken"].as_str().unwrap();
    let me = app.get("/api/v1/users/me", Some(token)).await;
    assert_eq!(me.json, made.json["user"]);
    assert_eq!(me.headers[header::CACHE_CONTROL], "no-store");
}

/// What somebody who knows no password can tell an address with an account by: nothing.
#[tokio::test]
async fn known_and_unknown_addresses_get_the_same_answers_byte_for_byte() {
    let app = App::new(RateLimits::Loose);
    app.token_of("ada").await;
    let asked = [
        (
            "/api/v1/auth/login",
            json!({"password": "another password"}),
        ),
        (
            "/api/v1/auth/register",
            json!({"username": "NAME", "password": "long enough, I hope"}),
        ),
        ("/api/v1/auth/password/reset", json!({})),
        ("/api/v1/auth/verify/resend", json!({})),
    ];
    for (path, body) in asked {
        let mut answers = Vec::new();
        for email in ["ada@example.com", "eve@example.com"] {
            let mut body = body.clone();
            body["email"] = json!(email);
            if body["username"] == "NAME" {
                body["username"] = json!(format!("name-{}", answers.len()));
            }
            let answer = app.post(path, &body).await;
            let mut headers = answer.headers.clone();
            // The name of the request, and how often this network has asked for anything.
            let id = headers.remove("x-request-id").unwrap();
            headers.remove("ratelimit");
            let text = answer.text.replace(id.to_str().unwrap(), "ID");
            answers.push((answer.status, headers, text));
        }
        assert_eq!(answers[0], answers[1], "{path}");
    }
}

#[tokio::test]
async fn faults_of_fields_are_named_all_at_once() {
    let app = App::new(RateLimits::Loose);
    let body = json!({"email": "nobody", "username": "a b", "password": "short"});
    let answer = app.post("/api/v1/auth/register", &body).await;
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.headers[header::CONTENT_TYPE],
        "application/problem+json"
    );
    let fields: Vec<_> = answer.json["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["field"])
        .collect();
    assert_eq!(fields, ["email", "username", "password"]);

    let body = json!({"email": "a@b.example", "username": "abc", "password": "x", "admin": true});
    let answer = app.post("/api/v1/auth/register", &body).await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.json["errors"][0]["field"], "admin");
}

#[tokio::test]
async fn logins_are_limited_and_say_so() {
    let app = App::new(RateLimits::Strict);
    let body = json!({"email": "ada@example.com", "password": "another password"});
    for _ in 0..7 {
        assert_eq!(app.post("/api/v1/auth/login", &body).await.status, 401);
    }
    let answer = app.post("/api/v1/auth/login", &body).await;
    assert_eq!(answer.status, 429);
    assert!(answer.headers.contains_key(header::RETRY_AFTER));
    let policy: Vec<_> = answer.headers.get_all("ratelimit-policy").iter().collect();
    assert_eq!(
        policy,
        [
            "\"login\";q=7;w=900, \"login-network\";q=120;w=900",
            "\"guest\";q=120;w=60"
        ]
    );
}

#[tokio::test]
async fn guesses_from_many_networks_are_slowed_and_keep_no_owner_out() {
    let app = App::new(RateLimits::Strict);
    // The mails, and the session, are had from one place.
    app.token_of("ada").await;
    let (home, elsewhere) = ([192, 0, 2, 7], [203, 0, 113, 9]);
    let post = async |from, path: &str, body: &Value, cookie: &str| {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::COOKIE, cookie)
            .body(Body::from(body.to_string()));
        app.send_from(from, request.unwrap()).await
    };
    let log_in = async |from, password: &str, cookie: &str| {
        let body = json!({"email": "ada@example.com", "password": password});
        post(from, "/api/v1/auth/login", &body, cookie).await
    };
    let at_home = log_in(home, PASSWORD, "").await;
    assert_eq!(at_home.status, 200);
    let cookie = at_home.headers["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let mut refused = 0;
    for network in 0..100 {
        let answer = log_in([198, 51, 100, network], "a guess of mine", "").await;
        refused += usize::from(answer.status == 429);
    }
    assert_eq!(refused, 61, "one of forty tries was the owner's");
    let stranger = log_in(elsewhere, PASSWORD, "").await;
    assert_eq!(stranger.status, 429);
    assert!(stranger.headers.contains_key(header::RETRY_AFTER));

    assert_eq!(
        log_in(home, PASSWORD, "").await.status,
        200,
        "a known place"
    );
    let carried = log_in([203, 0, 113, 1], PASSWORD, cookie).await;
    assert_eq!(carried.status, 200, "a known browser");
    // Whoever reads the account's mail becomes known.
    let body = json!({"email": "ada@example.com"});
    let asked = post(elsewhere, "/api/v1/auth/password/reset", &body, "").await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    let mail = app.mail_to("ada@example.com").await.unwrap();
    let body = json!({"token": token_in(&mail), "password": "another one, just as long"});
    let set = post(elsewhere, "/api/v1/auth/password/reset/confirm", &body, "").await;
    assert_eq!(set.status, 204, "{}", set.text);
    let in_again = log_in(elsewhere, "another one, just as long", "").await;
    assert_eq!(in_again.status, 200, "{}", in_again.text);
}

#[tokio::test]
async fn every_request_is_counted_for_its_account_or_its_network() {
    let app = App::new(RateLimits::Strict);
    let token = app.token_of("ada").await;
    let me = app.get("/api/v1/users/me", Some(&token)).await;
    assert_eq!(me.headers["ratelimit"], "\"authenticated\";r=1099;t=1");
    let me = app.get("/api/v1//users/me", Some(&token)).await;
    assert_eq!(
        (me.status.as_u16(), &me.headers["ratelimit"]),
        (404, &"\"authenticated\";r=1098;t=1".parse().unwrap())
    );
    for left in (0..120).rev() {
        let answer = app
            .get(["/api/v1/tracks", "/api/v1/nothing"][left % 2], None)
            .await;
        assert_eq!(
            answer.headers["ratelimit"]
                .to_str()
                .unwrap()
                .split(';')
                .nth(1),
            Some(&*format!("r={left}"))
        );
    }
    let answer = app.get("/api/v1/tracks", None).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json["code"]),
        (429, &json!("request.rate_limited"))
    );
    assert_eq!(answer.headers[header::RETRY_AFTER], "1");
    assert_eq!(app.get("/api/v1/users/me", Some(&token)).await.status, 200);
    assert_eq!(app.get("/health/ready", None).await.status, 200);
}

#[tokio::test]
async fn without_a_good_token_there_is_nobody() {
    let app = App::new(RateLimits::Loose);
    for (token, challenge) in [
        (None, "Bearer"),
        (Some("forged"), "Bearer error=\"invalid_token\""),
    ] {
        let answer = app.get("/api/v1/users/me", token).await;
        assert_eq!(answer.status, 401);
        assert_eq!(answer.headers[header::WWW_AUTHENTICATE], challenge);
    }
    // A bad token is not the same as none, even where none would do.
    let id = "0190a0a0-0000-7000-8000-000000000000";
    assert_eq!(
        app.get(&format!("/api/v1/tracks/{id}"), Some("forged"))
            .await
            .status,
        401
    );
    assert_eq!(
        app.get(&format!("/api/v1/tracks/{id}"), None).await.status,
        404
    );
}

#[tokio::test]
async fn unknown_paths_methods_and_types_are_problems() {
    let app = App::new(RateLimits::Loose);
    for (method, path, status) in [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/nothing", 404),
        ("DELETE", "/api/v1/auth/login", 405),
        ("PATCH", "/api/v1/tracks", 405),
    ] {
        let answer = app.method(method, path, None).await;
        assert_eq!(answer.status, status, "{method} {path}");
        assert_eq!(
            answer.headers[header::CONTENT_TYPE],
            "application/problem+json",
            "{path}"
        );
    }
    let request = Request::post("/api/v1/auth/login")
        .body(Body::from("{}"))
        .unwrap();
    assert_eq!(app.send(request).await.status, 415);
    assert_eq!(app.get("/health/live", None).await.status, 200);
    assert_eq!(app.get("/health/ready", None).await.status, 200);
    let keys = app.get("/.well-known/jwks.json", None).await;
    assert_eq!(
        keys.json,
        app.get("/api/v1/auth/jwks.json", None).await.json
    );
    assert!(keys.json["keys"].is_array());
}
