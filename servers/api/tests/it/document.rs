//! The document, and whether an answer is as it says.

use std::collections::BTreeSet;

use http::HeaderMap;
use serde_json::{Value, json};

/// An answer that came over the network.
pub(crate) struct Received {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Received {
    pub(crate) async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let is_endless = headers
            .get("content-type")
            .is_some_and(|kind| kind == "text/event-stream");
        let text = if is_endless {
            String::new()
        } else {
            response.text().await.unwrap()
        };
        Self {
            status,
            headers,
            text,
        }
    }
}

pub(crate) struct Document(Value);

impl Document {
    pub(crate) fn of_the_code() -> Self {
        Self(serde_json::to_value(veza_api::openapi()).unwrap())
    }

    /// All operations, as `GET /api/v1/tracks`.
    pub(crate) fn calls(&self) -> BTreeSet<String> {
        let paths = self.0["paths"].as_object().unwrap();
        paths
            .iter()
            .flat_map(|(path, item)| {
                let methods = item.as_object().unwrap().keys();
                methods.map(move |method| format!("{} {path}", method.to_uppercase()))
            })
            .collect()
    }

    /// What of the answer to `call` is not as the document says.
    pub(crate) fn fault(&self, call: &str, answer: &Received) -> Option<String> {
        let (method, path) = call.split_once(' ').unwrap();
        let operation = &self.0["paths"][path][method.to_lowercase()];
        let response = &operation["responses"][answer.status.to_string()];
        let response = match response["$ref"].as_str() {
            Some(reference) => self.0.pointer(&reference[1..]).unwrap(),
            None => response,
        };
        if response.is_null() {
            return Some(format!("{} is not documented", answer.status));
        }
        let Some(content) = response["content"].as_object() else {
            let empty = answer.text.is_empty();
            return (!empty).then(|| "it has a body and should have none".into());
        };
        let sent = answer.headers["content-type"].to_str().unwrap();
        let essence = sent.split(';').next().unwrap();
        let Some(described) = content.get(essence) else {
            return Some(format!("{sent} is not documented"));
        };
        for (name, _) in response["headers"].as_object().into_iter().flatten() {
            if !answer.headers.contains_key(name) {
                return Some(format!("the header {name} is missing"));
            }
        }
        if essence != "application/json" && !essence.ends_with("+json") {
            return None;
        }
        let body: Value = serde_json::from_str(&answer.text).unwrap();
        let schema = json!({
            "allOf": [described["schema"]],
            "components": self.0["components"],
        });
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .build(&schema)
            .unwrap();
        let faults: Vec<String> = validator
            .iter_errors(&body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        (!faults.is_empty()).then(|| format!("{} in {body}", faults.join("; ")))
    }
}
