//! `policy.toml`, cell by cell, on a server that listens.

mod file;
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
    let mut wrong = Vec::new();
    let calls = file::calls();
    let named: BTreeSet<&str> = calls.iter().map(|call| call.call.as_str()).collect();
    let defined: BTreeSet<&str> = METHODS.iter().map(|method| method.path).collect();
    assert_eq!(named, defined);
    let rpc = Rpc::start().await;
    let people = server::people(&rpc.app).await;
    for call in calls {
        let path = METHODS.iter().find(|method| method.path == call.call);
        for role in ROLES {
            let got = match rpc.code(path.unwrap().path, people.token(role)).await {
                Code::Unauthenticated => &call.unauthenticated,
                Code::PermissionDenied => &call.forbidden,
                Code::Unimplemented => panic!("{} is not served", call.call),
                _ => &call.allowed,
            };
            if !got.iter().any(|name| name == role) {
                wrong.push(format!("{} by {role}: {got:?}", call.call));
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
