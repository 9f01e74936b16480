//! `policy.toml`, cell by cell, on a server that listens.

mod file;
mod messages;
mod server;
mod things;

use std::collections::BTreeSet;

use futures_util::future::join_all;

use reqwest::Client;
use tonic::Code;
use veza_api::rpc::METHODS;

use file::{Class, Operation, ROLES};
use server::Server;

use crate::document::Document;
use crate::rpc::Rpc;

/// Every operation of the document is in the policy, and nothing else is.
#[test]
fn the_policy_names_every_operation_of_the_document() {
    let named: BTreeSet<String> = file::read()
        .into_iter()
        .map(|operation| operation.call)
        .collect();
    assert_eq!(named, Document::of_the_code().calls());
}

#[tokio::test]
async fn every_role_gets_what_the_policy_says_and_every_answer_is_as_documented() {
    let document = Document::of_the_code();
    let client = Client::new();
    let mut wrong = Vec::new();
    for operation in file::read() {
        let cells = ROLES
            .iter()
            .map(|role| cell(&client, &operation, role, &document));
        wrong.extend(join_all(cells).await.into_iter().flatten());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_role_may_call_what_the_policy_says_for_services() {
    let calls = file::calls();
    let named: BTreeSet<&str> = calls.iter().map(|call| call.call.as_str()).collect();
    let defined: BTreeSet<&str> = METHODS.iter().map(|method| method.path).collect();
    assert_eq!(named, defined);
    let rpc = Rpc::start().await;
    let people = server::people(&rpc.app).await;
    let mut wrong = Vec::new();
    for call in calls {
        let paths = METHODS.map(|method| method.path);
        let path = paths.into_iter().find(|path| *path == call.call).unwrap();
        let others: Vec<&str> = paths.into_iter().filter(|other| *other != path).collect();
        let other = rpc.app.service(&others).await;
        for role in ROLES.into_iter().chain([file::OTHER_SERVICE]) {
            let token = match role {
                file::OTHER_SERVICE => Some(other.token.expose()),
                role => people.token(role),
            };
            // A thing of its own, so that no call finds it as another left it.
            let id = things::make(&rpc.app, &people, call.on.as_deref()).await;
            let message = messages::of(path, id, &people);
            let got = match rpc.code(path, token, message).await {
                Code::Ok => Class::Allowed,
                Code::Unauthenticated => Class::Unauthenticated,
                Code::PermissionDenied => Class::Forbidden,
                code => panic!("{path} by {role}: {code:?}"),
            };
            if got != call.class_of(role) {
                wrong.push(format!("{path} by {role}: {got:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Calls the operation as somebody of this role; answers what is wrong.
async fn cell(
    client: &Client,
    operation: &Operation,
    role: &str,
    document: &Document,
) -> Option<String> {
    let expected = operation.class_of(role);
    let server = Server::start(client).await;
    let people = server::people(&server.app).await;
    let id = things::make(&server.app, &people, operation.on.as_deref()).await;
    let answer = server
        .call(operation, people.token(role), id.as_deref())
        .await;
    let got = Class::of(answer.status);
    let place = format!("{} on {:?} by {role}", operation.call, operation.on);
    if got != expected {
        return Some(format!(
            "{place}: {expected:?} was expected, not {}: {}",
            answer.status, answer.text
        ));
    }
    document
        .fault(&operation.call, &answer)
        .map(|fault| format!("{place}: {fault}"))
}
