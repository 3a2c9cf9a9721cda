//! JSON bodies, and values that cross to JavaScript.

use std::sync::Arc;

use serde::Serialize;
use serde::de::Deserialize;

use super::body::Content;
use super::{Body, Error, Message};

/// A value that is published as JSON, with a `content-type` of `application/json` unless another one is given. If it
/// cannot be serialised, publishing says so.
///
/// ```no_run
/// use serde::Serialize;
/// use stomp_wasm::{Client, Error, Json};
///
/// #[derive(Serialize)]
/// struct Order { symbol: &'static str, quantity: u32 }
///
/// fn order(client: &Client) -> Result<(), Error> {
///     client.publish("/queue/orders", Json(&Order { symbol: "ACME", quantity: 3 })).send()
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<T>(
    /// The value.
    pub T,
);

impl<T: Serialize> From<Json<T>> for Body<'_> {
    fn from(json: Json<T>) -> Self {
        let content = serde_json::to_string(&json.0).map(|text| Content::Text(text.into())).map_err(json_error);
        Self { content, content_type: Some("application/json") }
    }
}

impl Message {
    /// The body, read as JSON. What is borrowed in `T` is borrowed from the message.
    ///
    /// # Errors
    /// [`Error::Json`] if the body is not JSON, or not of this type.
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Error> {
        serde_json::from_slice(self.bytes()).map_err(json_error)
    }
}

fn json_error(error: serde_json::Error) -> Error {
    Error::Json(Arc::new(error))
}

#[cfg(feature = "serde-wasm-bindgen")]
mod javascript {
    use serde_wasm_bindgen::Serializer;
    use wasm_bindgen::JsValue;

    use super::{Body, Error, Json, Message, Serialize};

    impl Message {
        /// The body, read as JSON, as a value of JavaScript: plain objects, arrays, strings, numbers.
        ///
        /// # Errors
        /// [`Error::Json`] if the body is not JSON.
        pub fn to_js(&self) -> Result<JsValue, Error> {
            let value: serde_json::Value = self.json()?;
            let serializer = Serializer::json_compatible();
            value.serialize(&serializer).map_err(|error| Error::JavaScript(error.to_string()))
        }
    }

    impl Body<'_> {
        /// A value of JavaScript as a JSON body.
        #[must_use]
        pub fn from_js(value: &JsValue) -> Self {
            let value: Result<serde_json::Value, _> = serde_wasm_bindgen::from_value(value.clone());
            match value {
                Ok(value) => Json(value).into(),
                Err(error) => Self { content: Err(Error::JavaScript(error.to_string())), content_type: None },
            }
        }
    }
}
