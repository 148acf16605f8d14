//! What `background/main.js` calls.

use std::rc::Rc;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::core::sender::{Own, SenderInfo};
use crate::host::Host;
use crate::protocol::{Failure, Reply, Request};

use super::platform::Browser;

/// The background: one per browser profile.
#[wasm_bindgen]
pub struct Background(Rc<Host<Browser>>);

#[wasm_bindgen]
impl Background {
    /// `own`: `{ id, origin, version }` of this extension.
    #[wasm_bindgen(constructor)]
    pub fn new(own: JsValue) -> Result<Background, JsValue> {
        let own: Own = serde_wasm_bindgen::from_value(own)?;
        Ok(Self(Rc::new(Host::new(Browser, own))))
    }

    /// Answers a message. `sender` is what the browser says of who sent it.
    pub async fn request(&self, request: JsValue, sender: JsValue) -> Result<JsValue, JsValue> {
        let host = self.0.clone();
        let reply = match (
            serde_wasm_bindgen::from_value::<Request>(request),
            serde_wasm_bindgen::from_value::<SenderInfo>(sender),
        ) {
            (Ok(request), Ok(sender)) => {
                let reply = host.request(request, sender).await;
                // Nobody waits for what the background does by itself.
                wasm_bindgen_futures::spawn_local(async move { host.upkeep().await });
                reply
            }
            _ => Reply::Error(Failure::new("bad-request")),
        };
        to_js(&reply)
    }
}

/// Plain objects and numbers, as messages carry them.
pub fn to_js<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).map_err(Into::into)
}
