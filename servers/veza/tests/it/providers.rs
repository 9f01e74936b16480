//! Signing in with providers of identities: the program, real providers, and a browser between
//! them.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};
use serde_json::{Value, json};
use test_services::oidc::{CLIENT_ID, CLIENT_SECRET, Oidc};
use totp_rs::{Builder, Secret};

use crate::support::{Answer, PASSWORD, Veza, add_account};

/// Where the page is, as people reach it. Nobody asks there: what the browser would show is looked
/// at in the address.
const PAGE: &str = "http://music.example";

fn come_back_to(id: &str) -> String {
    format!("{PAGE}/sign-in/{id}")
}

fn provider(id: &str) -> Oidc {
    Oidc::start(&[&come_back_to(id)]).unwrap()
}

/// A service whose people may sign in with these providers.
async fn start(data: &Path, providers: &[(&str, &Oidc)]) -> Veza {
    let config = settings(data, providers);
    let more = ["--rate-limits", "loose", "--public-url", PAGE, "--config"];
    Veza::start_with(data, &[&more[..], &[config.as_str()]].concat()).await
}

/// Writes the settings beside the data folder.
fn settings(data: &Path, providers: &[(&str, &Oidc)]) -> String {
    let tables = providers.iter().map(|(id, provider)| {
        format!(
            "[[provider]]\nid = '{id}'\nname = 'Provider {id}'\nissuer = '{}'\n\
             client_id = '{CLIENT_ID}'\nclient_secret = '{CLIENT_SECRET}'\n",
            provider.issuer()
        )
    });
    let file = data.with_extension("toml");
    std::fs::write(&file, tables.collect::<String>()).unwrap();
    file.display().to_string()
}

/// A browser: its cookies of the providers, and the one of the service.
struct Browser<'a> {
    veza: &'a Veza,
    http: Client,
    cookie: Option<String>,
}

/// What stands in the address that a provider sends the browser back to.
type Returned = BTreeMap<String, String>;

impl<'a> Browser<'a> {
    fn new(veza: &'a Veza) -> Self {
        Self {
            veza,
            http: Self::client(),
            cookie: None,
        }
    }

    fn client() -> Client {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(Policy::none());
        client.build().unwrap()
    }

    /// Removes the cookies of the providers.
    fn forget_providers(&mut self) {
        self.http = Self::client();
    }

    async fn post(&self, path: &str, body: &Value, token: Option<&str>) -> Answer {
        let mut request = self.veza.http.post(self.veza.url(path)).json(body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(cookie) = &self.cookie {
            // Over plain HTTP a client sends no cookie that is meant for TLS by itself.
            request = request.header("cookie", cookie);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    /// Begins something; where to go.
    async fn begin(&mut self, path: &str, token: Option<&str>) -> Url {
        let answer = self
            .post(path, &json!({"returnTo": "/uploads"}), token)
            .await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        let cookie = answer.headers["set-cookie"].to_str().unwrap();
        assert!(cookie.starts_with("__Host-veza_provider="));
        for attribute in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        self.cookie = cookie.split(';').next().map(str::to_owned);
        answer.json["authorizationUrl"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap()
    }

    /// Goes to a provider, signs in there under this name, and agrees to whatever is asked.
    async fn visit(&self, url: Url, name: &str) -> Returned {
        let mut response = self.http.get(url.clone()).send().await.unwrap();
        for _ in 0..20 {
            let at = response.url().clone();
            if let Some(location) = response.headers().get("location") {
                let next = at.join(location.to_str().unwrap()).unwrap();
                if next.as_str().starts_with(PAGE) {
                    return next.query_pairs().into_owned().collect();
                }
                response = self.http.get(next).send().await.unwrap();
                continue;
            }
            let status = response.status();
            let page = response.text().await.unwrap();
            assert_eq!(status, StatusCode::OK, "{at}: {page}");
            let form = page.split("action=\"").nth(1).expect(&page);
            let action = at.join(form.split('"').next().unwrap()).unwrap();
            let fields: &[(&str, &str)] = if page.contains("value=\"login\"") {
                &[("prompt", "login"), ("login", name), ("password", "any")]
            } else {
                &[("prompt", "consent")]
            };
            response = self.http.post(action).form(fields).send().await.unwrap();
        }
        panic!("the provider never comes to an end");
    }

    /// Hands over what came back.
    async fn hand_over(&self, id: &str, returned: &Returned) -> Answer {
        let mut body = json!({"state": returned["state"], "code": returned["code"]});
        if let Some(issuer) = returned.get("iss") {
            body["iss"] = json!(issuer);
        }
        self.post(&format!("/auth/providers/{id}/callback"), &body, None)
            .await
    }

    /// Goes the whole way.
    async fn sign_in(&mut self, id: &str, name: &str) -> Answer {
        let url = self
            .begin(&format!("/auth/providers/{id}/sign-in"), None)
            .await;
        let returned = self.visit(url, name).await;
        self.hand_over(id, &returned).await
    }
}

fn code(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.json["code"].as_str().unwrap_or(""))
}

fn token(answer: &Answer) -> String {
    assert_eq!(answer.json["outcome"], "signed_in", "{}", answer.json);
    let token = &answer.json["session"]["accessToken"];
    token.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn people_come_by_a_provider_and_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let local = provider("local");
    let veza = start(&data, &[("local", &local)]).await;
    let listed = veza.get("/auth/providers", None).await;
    let expected = json!({"items": [{"id": "local", "name": "Provider local"}]});
    assert_eq!(listed.json, expected);

    // Somebody new.
    let first = Browser::new(&veza).sign_in("local", "ada").await;
    assert_eq!(first.status, 200, "{}", first.json);
    assert_eq!(first.json["returnTo"], "/uploads");
    let cookie = first.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-veza_refresh="), "{cookie}");
    let me = veza.get("/users/me", Some(&token(&first))).await.json;
    assert_eq!(
        (&me["email"], &me["username"]),
        (&json!("ada@example.com"), &json!("ada"))
    );
    // In another browser, the same person.
    let mut browser = Browser::new(&veza);
    let again = browser.sign_in("local", "ada").await;
    assert_eq!(again.json["session"]["user"]["id"], me["id"]);
    // The provider knows the browser now, and asks nothing.
    let third = token(&browser.sign_in("local", "nobody asks").await);
    assert_eq!(
        veza.get("/users/me", Some(&third)).await.json["id"],
        me["id"]
    );

    // The only way in stays.
    let identities = veza.get("/auth/identities", Some(&third)).await.json;
    let identity = &identities["items"][0];
    assert_eq!(identity["provider"]["name"], "Provider local");
    let path = format!("/auth/identities/{}", identity["id"].as_str().unwrap());
    let unlink = async |token: &str, path: &str| {
        let request = veza.http.delete(veza.url(path)).bearer_auth(token);
        Answer::of(request.send().await.unwrap()).await
    };
    let refused = unlink(&third, &path).await;
    assert_eq!(code(&refused), (409, "auth.identity.last_way_in"));

    // Somebody with a password links, comes by the link, and unlinks.
    let bob = veza.token_of("bob").await;
    let mut browser = Browser::new(&veza);
    let url = browser
        .begin("/auth/providers/local/link", Some(&bob))
        .await;
    let returned = browser.visit(url, "robert").await;
    let linked = browser.hand_over("local", &returned).await;
    assert_eq!(linked.json["outcome"], "linked", "{}", linked.json);
    let by_link = Browser::new(&veza).sign_in("local", "robert").await;
    assert_eq!(by_link.json["session"]["user"]["username"], "bob");
    let identity = linked.json["identity"]["id"].as_str().unwrap();
    let gone = unlink(&bob, &format!("/auth/identities/{identity}")).await;
    assert_eq!(gone.status, 204, "{}", gone.json);
    // Robert is somebody new then.
    let robert = Browser::new(&veza).sign_in("local", "robert").await;
    assert_eq!(robert.json["session"]["user"]["username"], "robert");
    // And what is linked cannot be linked again.
    let mut browser = Browser::new(&veza);
    let url = browser
        .begin("/auth/providers/local/link", Some(&bob))
        .await;
    let returned = browser.visit(url, "robert").await;
    let taken = browser.hand_over("local", &returned).await;
    assert_eq!(code(&taken), (409, "auth.identity.linked_elsewhere"));

    // A fresh proof, for which the provider asks although it knows the browser.
    let again = "/auth/providers/local/reauthenticate";
    let mut browser = Browser::new(&veza);
    let session = token(&browser.sign_in("local", "ada").await);
    let url = browser.begin(again, Some(&session)).await;
    let returned = browser.visit(url, "ada").await;
    let fresh = browser.hand_over("local", &returned).await;
    assert_eq!(fresh.json["outcome"], "reauthenticated", "{}", fresh.json);
    assert!(fresh.json["access"]["accessToken"].is_string());
    let url = browser.begin(again, Some(&session)).await;
    browser.forget_providers();
    let returned = browser.visit(url, "robert").await;
    let other = browser.hand_over("local", &returned).await;
    assert_eq!(code(&other), (403, "auth.identity.other_person"));
}

#[tokio::test]
async fn neither_an_address_nor_a_provider_goes_round_what_an_account_asks_for() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let local = provider("local");
    let veza = start(&data, &[("local", &local)]).await;
    let ada = veza.token_of("ada").await;

    // An address with an account, one that is not proved, and one that is neither: one answer.
    let mut refusals = Vec::new();
    for name in ["mallory~ada", "unproved-mallory~ada", "unproved-eve"] {
        let answer = Browser::new(&veza).sign_in("local", name).await;
        assert_eq!(code(&answer), (403, "auth.identity.not_linked"), "{name}");
        refusals.push(answer.json);
    }
    assert!(refusals.iter().all(|refusal| *refusal == refusals[0]));

    // The second factor is asked for.
    let mut browser = Browser::new(&veza);
    let url = browser
        .begin("/auth/providers/local/link", Some(&ada))
        .await;
    let returned = browser.visit(url, "ada").await;
    browser.hand_over("local", &returned).await;
    let set_up = browser
        .post("/auth/2fa/setup", &json!({}), Some(&ada))
        .await;
    let secret = Secret::try_from_base32(set_up.json["secret"].as_str().unwrap()).unwrap();
    let authenticator = Builder::new()
        .with_secret(secret.as_bytes().to_vec())
        .build_noncompliant();
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let shown = authenticator.generate(since.as_secs()).to_string();
    let confirm = json!({ "code": shown });
    let confirmed = browser
        .post("/auth/2fa/confirm", &confirm, Some(&ada))
        .await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.json);
    let asked = Browser::new(&veza).sign_in("local", "ada").await;
    assert_eq!(asked.json["outcome"], "second_factor", "{}", asked.json);
    assert!(asked.headers.get("set-cookie").is_none());
    assert!(asked.json.get("session").is_none());
    let recovery = &confirmed.json["recoveryCodes"][0];
    let verify = json!({"ticket": asked.json["secondFactor"]["ticket"], "recoveryCode": recovery});
    let verified = veza.post("/auth/2fa/verify", &verify).await;
    assert_eq!(
        verified.json["user"]["username"], "ada",
        "{}",
        verified.json
    );

    // The banned stay out.
    add_account(&data, "mona", "moderator").await;
    let mona = veza.log_in("mona").await;
    let eve = Browser::new(&veza).sign_in("local", "eve").await;
    let id = eve.json["session"]["user"]["id"].as_str().unwrap();
    let ban = veza.http.put(veza.url(&format!("/admin/users/{id}/ban")));
    let ban = ban.bearer_auth(&mona).json(&json!({"reason": "spam"}));
    assert_eq!(ban.send().await.unwrap().status(), 200);
    let out = Browser::new(&veza).sign_in("local", "eve").await;
    assert_eq!(code(&out), (403, "auth.account_banned"));
    assert_eq!(
        veza.post(
            "/auth/login",
            &json!({"email": "eve@example.com", "password": PASSWORD})
        )
        .await
        .status,
        401
    );
}

#[tokio::test]
async fn answers_that_were_stolen_forged_or_mixed_up_are_refused() {
    const NOT_GOOD: (u16, &str) = (401, "auth.provider.sign_in_not_good");
    const REFUSED: (u16, &str) = (401, "auth.provider.answer_refused");
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (one, two) = (provider("one"), provider("two"));
    let veza = start(&data, &[("one", &one), ("two", &two)]).await;
    let begin = "/auth/providers/one/sign-in";

    // Begun in one browser, handed over in another, or without its cookie: the login of somebody
    // else is not forced on anybody.
    let mut ada = Browser::new(&veza);
    let url = ada.begin(begin, None).await;
    let returned = ada.visit(url, "ada").await;
    let mut eve = Browser::new(&veza);
    assert_eq!(code(&eve.hand_over("one", &returned).await), NOT_GOOD);
    eve.begin(begin, None).await;
    assert_eq!(code(&eve.hand_over("one", &returned).await), NOT_GOOD);
    // A state that was never given, and that of another sign-in.
    let mut foreign = returned.clone();
    foreign.insert("state".into(), "made-up".into());
    assert_eq!(code(&ada.hand_over("one", &foreign).await), NOT_GOOD);
    // At the address of another provider.
    assert_eq!(code(&ada.hand_over("two", &returned).await), NOT_GOOD);
    // None of that has spoilt it; it is good once.
    assert_eq!(ada.hand_over("one", &returned).await.status, 200);
    assert_eq!(code(&ada.hand_over("one", &returned).await), NOT_GOOD);

    // The code once more, with a fresh state: the provider takes no code twice, nor one whose
    // secret of PKCE is another.
    let url = ada.begin(begin, None).await;
    let fresh = ada.visit(url, "ada").await;
    let mut stolen = fresh.clone();
    stolen.insert("code".into(), returned["code"].clone());
    assert_eq!(code(&ada.hand_over("one", &stolen).await), REFUSED);
    assert_eq!(
        code(&ada.hand_over("one", &fresh).await),
        NOT_GOOD,
        "it is over"
    );
    let url = eve.begin(begin, None).await;
    let hers = eve.visit(url, "eve").await;
    let url = ada.begin(begin, None).await;
    let mut injected = ada.visit(url, "ada").await;
    injected.insert("code".into(), hers["code"].clone());
    assert_eq!(code(&ada.hand_over("one", &injected).await), REFUSED);

    // An ID token that answers another request.
    let url = ada.begin(begin, None).await;
    let replayed = url.query_pairs().map(|(name, value)| match &*name {
        "nonce" => (name, "another".into()),
        _ => (name, value),
    });
    let mut changed = url.clone();
    changed.query_pairs_mut().clear().extend_pairs(replayed);
    let returned = ada.visit(changed, "ada").await;
    assert_eq!(code(&ada.hand_over("one", &returned).await), REFUSED);

    // A mix-up: the answer says it is another provider's, or nobody's.
    for issuer in [Some(two.issuer()), None] {
        let url = ada.begin(begin, None).await;
        let mut returned = ada.visit(url, "ada").await;
        assert_eq!(returned.remove("iss"), Some(one.issuer()));
        if let Some(issuer) = issuer {
            returned.insert("iss".into(), issuer);
        }
        assert_eq!(code(&ada.hand_over("one", &returned).await), REFUSED);
    }
}

#[tokio::test]
async fn a_provider_that_is_away_is_waited_for_no_longer_than_said() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut local = provider("local");
    let veza = start(&data, &[("local", &local)]).await;
    let begin = "/auth/providers/local/sign-in";
    let unavailable = |answer: &Answer| {
        assert_eq!(answer.status, 503, "{}", answer.json);
        assert!(answer.headers.get("retry-after").is_some());
    };

    // It stands still while somebody comes back: the same answer is good when it goes on.
    let mut browser = Browser::new(&veza);
    let url = browser.begin(begin, None).await;
    let returned = browser.visit(url, "ada").await;
    local.server().unwrap().freeze(true).unwrap();
    let began = Instant::now();
    unavailable(&browser.hand_over("local", &returned).await);
    assert!(began.elapsed() < Duration::from_secs(12));
    // Others are not in the way of that.
    assert_eq!(veza.get("/auth/providers", None).await.status, 200);
    local.server().unwrap().freeze(false).unwrap();
    let answer = browser.hand_over("local", &returned).await;
    assert_eq!(answer.json["outcome"], "signed_in", "{}", answer.json);

    // It is gone, for a service that has not asked it yet.
    drop(veza);
    let veza = start(&data, &[("local", &local)]).await;
    local.kill().unwrap();
    let browser = Browser::new(&veza);
    unavailable(&browser.post(begin, &json!({}), None).await);
    assert_eq!(
        veza.http
            .get(format!("{}/health/ready", veza.api))
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    // It is back, with other keys.
    local.restart().unwrap();
    let began = Instant::now();
    let mut browser = Browser::new(&veza);
    while browser.post(begin, &json!({}), None).await.status != 200 {
        assert!(began.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let back = browser.sign_in("local", "ada").await;
    assert_eq!(
        back.json["session"]["user"]["username"], "ada",
        "{}",
        back.json
    );
    local.restart().unwrap();
    let back = Browser::new(&veza).sign_in("local", "ada").await;
    assert_eq!(
        back.json["outcome"], "signed_in",
        "new keys are fetched: {}",
        back.json
    );
}

#[tokio::test]
async fn the_doctor_asks_each_provider() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (one, mut two) = (provider("one"), provider("two"));
    two.kill().unwrap();
    let config = settings(&data, &[("one", &one), ("two", &two)]);
    let output = std::process::Command::new(crate::support::BINARY)
        .args(["doctor", "--json", "--config", &config, "--data"])
        .arg(&data)
        .args(["--api-port", "0", "--chat-port", "0", "--stream-port", "0"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let lines = String::from_utf8(output.stdout).unwrap();
    let found: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|finding: &Value| finding["check"].as_str().unwrap().starts_with("provider"))
        .collect();
    assert_eq!(found.len(), 2, "{lines}");
    assert_eq!(
        (&found[0]["ok"], &found[1]["ok"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(found[0]["detail"], "answers, with 3 keys");
}
