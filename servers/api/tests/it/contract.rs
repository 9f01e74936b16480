//! The document and the routes say the same.

use std::collections::{BTreeMap, BTreeSet};

use http::StatusCode;
use serde_json::Value;
use veza_api::RateLimits;

use crate::support::App;

/// The methods of each path in the document.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let document = serde_json::to_value(veza_api::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            (path.clone(), methods.map(|m| m.to_uppercase()).collect())
        })
        .collect()
}

/// What serves the document itself, and is in no document.
const ABOUT_THE_DOCUMENT: [&str; 4] = [
    "/api/v1/openapi.json",
    "/api/v1/docs",
    "/api/v1/docs/",
    "/api/v1/docs/{*file}",
];

#[tokio::test]
async fn every_route_is_in_the_document_with_its_methods_and_the_other_way_round() {
    let app = App::new(RateLimits::Loose);
    let mut served = BTreeMap::new();
    for path in app.paths() {
        if ABOUT_THE_DOCUMENT.contains(&&*path) {
            continue;
        }
        // A method that nothing takes is answered with the list of those that are taken.
        let answer = app.method("BREW", &concrete(&path), None).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        let allow = answer.headers["allow"].to_str().unwrap();
        let methods: BTreeSet<String> = allow
            .split(',')
            .map(|method| method.trim().to_owned())
            .filter(|method| method != "HEAD")
            .collect();
        served.insert(path, methods);
    }
    assert_eq!(served, documented());
}

/// A path of this pattern, with a UUID for each variable.
fn concrete(pattern: &str) -> String {
    let parts = pattern.split('/').map(|part| match part {
        part if part.starts_with('{') => "0193c2f1-7a52-7c3e-8a11-3d5a7b9c1e2f",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_operation_has_a_name_of_its_own_a_tag_and_says_who_may_call_it() {
    let document = serde_json::to_value(veza_api::openapi()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    let tags: BTreeSet<&str> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(name.contains('.'), "{name} is no name like tracks.list");
            assert!(names.insert(name), "{name} is there twice");
            assert!(operation["summary"].is_string(), "{method} {path}");
            assert!(operation["security"].is_array(), "{method} {path}");
            let tag = operation["tags"][0].as_str().unwrap();
            assert!(
                tags.contains(tag),
                "{method} {path}: {tag} is not described"
            );
            for (status, response) in operation["responses"].as_object().unwrap() {
                if status.starts_with('4') {
                    assert!(is_problem(&document, response), "{method} {path} {status}");
                }
            }
        }
    }
}

fn is_problem(document: &Value, response: &Value) -> bool {
    let response = match response["$ref"].as_str() {
        Some(reference) => {
            &document["components"]["responses"][reference.rsplit('/').next().unwrap()]
        }
        None => response,
    };
    response["content"]["application/problem+json"]["schema"]["$ref"]
        == "#/components/schemas/Problem"
}

#[tokio::test]
async fn nothing_in_the_document_refers_to_what_is_not_there() {
    fn references<'a>(value: &'a Value, into: &mut BTreeSet<&'a str>) {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(reference)) = map.get("$ref") {
                    into.insert(reference);
                }
                map.values().for_each(|value| references(value, into));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, into)),
            _ => {}
        }
    }
    let app = App::new(RateLimits::Loose);
    let document = app.get("/api/v1/openapi.json", None).await.json;
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn the_page_of_the_document_needs_nobody_else() {
    let app = App::new(RateLimits::Loose);
    let page = app.get("/api/v1/docs/", None).await;
    assert_eq!(page.status, 200);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"));
    assert!(!policy.contains("unsafe") && !policy.contains("http"));
    assert!(!page.text.contains("<script>") && !page.text.contains(" style="));
    // Each file that the page names is there.
    let files: Vec<&str> = page
        .text
        .split(['"', '\''])
        .filter(|word| word.ends_with(".js") || word.ends_with(".css"))
        .collect();
    assert!(files.len() >= 3, "{}", page.text);
    for file in files {
        let file = file.trim_start_matches("./");
        assert!(!file.contains("//"), "{file}");
        let answer = app.get(&format!("/api/v1/docs/{file}"), None).await;
        assert_eq!(answer.status, 200, "{file}");
        if file == "swagger-initializer.js" {
            assert!(answer.text.contains("/api/v1/openapi.json"));
        }
    }
    assert_eq!(app.get("/api/v1/docs/../secret", None).await.status, 404);
    let bare = app.get("/api/v1/docs", None).await;
    assert_eq!(bare.headers["location"], "/api/v1/docs/");
}
